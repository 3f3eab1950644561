"""Questionnaires: an XLSForm workbook becomes checked, immutable pages of questions in each language."""
