"""What is wanted, how fast it runs, and what keeps it unmet."""
