"""Rows in which one value is shown and edited."""
