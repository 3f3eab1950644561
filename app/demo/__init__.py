"""The demo: twenty weeks of invented answers, marked as such wherever they are shown."""
