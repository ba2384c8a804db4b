"""Writes `resources/examples/*.fleet`: one module an example, each holding a real question."""
