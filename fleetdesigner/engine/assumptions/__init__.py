"""Inputs that nobody in the room decides: the registry, and what is in force."""
