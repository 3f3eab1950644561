"""Which statements two people code blind: one in ten, by chance that anybody can repeat."""

from hashlib import sha256

ONE_IN = 10


def is_sampled(source_id: str, question: str, position: int) -> bool:
    """Whether a statement is of the sample: by its source's random id, so that no text or person decides."""
    drawn = sha256(f"{source_id}/{question}/{position}".encode()).digest()
    return int.from_bytes(drawn[:8]) % ONE_IN == 0
