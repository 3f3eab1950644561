"""The map of community views: tiles, trends and tables, after disclosure control."""
