"""The strip of key figures, its tiles, and the card of one."""
