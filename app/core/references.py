"""References on receipts, to be read out on the telephone and written on paper."""

import secrets

#: No letters or digits that are easily mistaken for one another.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Like CV-7K3M-9QX2: one of 30⁸."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"CV-{letters[:4]}-{letters[4:]}"
