"""A commitment in words, translated."""
