"""Tables of the money page."""
