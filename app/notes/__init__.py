"""Champions' notes: what a Community Champion heard, logged in two minutes."""
