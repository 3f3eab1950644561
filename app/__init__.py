"""Community Views: from a weekly survey to the map of community views, one room per step."""
