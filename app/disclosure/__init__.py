"""Disclosure control: which cells of a table must be hidden so that nobody can be found in it."""
