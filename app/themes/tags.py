"""The states of a tag and who gave it."""

MACHINE, PERSON = "machine", "person"
SUGGESTED, CONFIRMED, REJECTED = "suggested", "confirmed", "rejected"
