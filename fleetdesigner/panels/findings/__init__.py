"""What the planner should know, with remedies."""
