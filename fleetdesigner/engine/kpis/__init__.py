"""The key figures: the registry, their values, formulas and words."""
