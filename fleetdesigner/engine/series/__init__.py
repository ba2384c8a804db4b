"""What graphs and tables show by month: the registry."""
