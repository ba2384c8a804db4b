"""What the throughput view shows."""
