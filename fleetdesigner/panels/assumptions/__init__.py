"""All assumptions in force, listed and editable."""
