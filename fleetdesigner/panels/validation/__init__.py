"""Tables and cards of published runs."""
