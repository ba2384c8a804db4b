"""What can be placed: the list, its parts and thumbnails."""
