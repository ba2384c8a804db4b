"""Tests, importable as a package so that they can share cases."""
