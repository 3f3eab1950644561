"""Statements: what people wrote, split into the units that are coded, each with its language."""
