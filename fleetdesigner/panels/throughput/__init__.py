"""Tables and choices beside the fronts."""
