"""What the fleet costs and earns: items, flows, ways to hold it."""
