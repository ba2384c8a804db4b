"""What is selected, and its figures: the panel and its pages."""
