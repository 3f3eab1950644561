"""Counts: how many different organisations or people raised a theme, where, and for whom."""
