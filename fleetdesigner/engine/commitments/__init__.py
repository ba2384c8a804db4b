"""Commitments ("2 GW", "500,000 chips", "$100 bn over 8 years") as systems, halls, power and rates."""
