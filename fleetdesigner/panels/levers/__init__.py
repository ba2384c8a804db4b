"""Pinned levers: rows, sliders, what they move."""
