"""`flask staff add`: accounts for the people who review and publish."""

import click

from app.core.access import ADMINISTRATOR, ANALYST
from app.core.commands import CommandGroup
from app.people.actions import make_staff

staff = CommandGroup("staff", help="Accounts of staff.")


@staff.command()
@click.argument("email")
@click.option("--role", type=click.Choice([ANALYST, ADMINISTRATOR]), default=ANALYST, show_default=True)
def add(email, role):
    """Make an account, or give an existing one a new password; prints the password once."""
    if "@" not in email:
        raise click.ClickException(f"{email!r} is not an e-mail address.")
    click.echo(f"{email} signs in with the password {make_staff(email, role, 'command')}")
