"""A form of rows on one object, from a specification."""
