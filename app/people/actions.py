"""Making staff accounts."""

import secrets

from flask_security import hash_password
from sqlalchemy import select

from app.core import audit
from app.core.database import write
from app.people.models import Role, User


def make_staff(email: str, role: str, actor: str, password: str | None = None) -> str:
    """Make or reset the account of `email` with `role`; returns its password.

    Without a password a new random one is made, to be told once and kept nowhere.
    """
    password = password or secrets.token_urlsafe(12)
    hashed = hash_password(password)
    email = email.strip().lower()
    with write() as session:
        role_row = session.scalar(select(Role).where(Role.name == role)) or Role(name=role)
        user = session.scalar(select(User).where(User.email == email))
        if user is None:
            user = User(email=email, active=True, fs_uniquifier=secrets.token_hex(32))
            session.add(user)
        user.password = hashed
        user.fs_uniquifier = secrets.token_hex(32)  # ends every session of this account
        if role_row not in user.roles:
            user.roles.append(role_row)
        audit.record(session, actor, "make staff", email, role=role)
    return password
