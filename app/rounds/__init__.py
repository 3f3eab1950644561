"""Rounds: the dated openings of a survey's versions."""
