"""A part of the planner's own."""
