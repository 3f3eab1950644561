"""Where a survey is answered."""

#: The survey whose answers are champions' notes; it stands open and is answered at its own address.
NOTE_SURVEY = "champion-note"


def answering_link(public_url: str, key: str) -> str:
    """The address to give to the people who answer survey `key`."""
    return f"{public_url}/note" if key == NOTE_SURVEY else f"{public_url}/s/{key}"
