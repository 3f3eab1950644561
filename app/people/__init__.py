"""The people who sign in: staff, their roles and their passwords."""
