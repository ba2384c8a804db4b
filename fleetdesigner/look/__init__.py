"""Colours, type, hatches, evidence marks, icons and the style sheet: the look every view shares."""
