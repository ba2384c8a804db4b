"""The planner's own measurements: dialog, list, pasted text."""
