"""Power and its limits: systems, halls, sites, schedules, overheads."""
