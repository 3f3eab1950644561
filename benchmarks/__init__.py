"""Measurements of the figures that docs and design promise; run by hand, never in the test suite."""
