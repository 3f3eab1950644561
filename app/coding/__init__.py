"""Coding: people decide which themes a statement raises."""
