"""What is worked out when the hand rests: evidence, optimum, flips, slips, one more unit."""
