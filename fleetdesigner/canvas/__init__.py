"""The canvas: one widget that paints numpy columns of halls and blocks, and turns gestures into commands."""
