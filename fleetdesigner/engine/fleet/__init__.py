"""What stands where and when: rows, tables, figures."""
