"""Tagging that learns: codebook and tagger versions, types and flags, blind codes, split and merged statements."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def instant() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        "codebook_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_codebook_version")),
    )
    op.create_table(
        "tagger_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("asked_at", instant(), nullable=False),
        sa.Column("trained_at", instant(), nullable=True),
        sa.Column("weights", sa.LargeBinary(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("chosen_at", instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tagger_version")),
    )
    op.create_table(
        "tag_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("theme_key", sa.String(length=64), nullable=False),
        sa.Column("suggested", sa.Boolean(), nullable=False),
        sa.Column("tagger", sa.String(length=64), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("at", instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_tag_change_statement_id_statement")
        ),
        sa.ForeignKeyConstraint(["theme_key"], ["theme.key"], name=op.f("fk_tag_change_theme_key_theme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_change")),
    )
    op.create_index(op.f("ix_tag_change_statement_id"), "tag_change", ["statement_id"])
    op.create_table(
        "statement_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("at", instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_change_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_change")),
    )
    op.create_index(op.f("ix_statement_change_statement_id"), "statement_change", ["statement_id"])
    op.create_table(
        "emerging",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("found", sa.JSON(), nullable=False),
        sa.Column("statements", sa.Integer(), nullable=False),
        sa.Column("found_at", instant(), nullable=False),
        sa.PrimaryKeyConstraint("week", name=op.f("pk_emerging")),
    )
    op.create_table(
        "blind_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=False),
        sa.Column("coder", sa.String(length=255), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("coded_at", instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_blind_code_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_code")),
        sa.UniqueConstraint("statement_id", "coder", name=op.f("uq_blind_code_statement_id_coder")),
    )
    # Added one by one, without rebuilding the tables that hold millions of rows.
    op.add_column(
        "statement", sa.Column("is_sampled", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("statement", sa.Column("translation", sa.String(), nullable=True))
    op.add_column("tag", sa.Column("tagger", sa.String(length=64), nullable=True))
    op.add_column("tag", sa.Column("suggested_at", instant(), nullable=True))
    op.add_column("tagging", sa.Column("type", sa.String(length=16), nullable=True))
    op.add_column("tagging", sa.Column("flags", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("tagging", sa.Column("priority", sa.Float(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_tagging_priority"), "tagging", ["priority"])
    op.add_column(
        "decision", sa.Column("purpose", sa.String(length=12), nullable=False, server_default="review")
    )
    op.add_column("decision", sa.Column("type", sa.String(length=16), nullable=True))
    op.add_column("decision", sa.Column("flags", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("decision", sa.Column("note", sa.String(), nullable=False, server_default=""))


def downgrade():
    for table, columns in (
        ("decision", ("note", "flags", "type", "purpose")),
        ("tag", ("suggested_at", "tagger")),
        ("statement", ("translation", "is_sampled")),
    ):
        for column in columns:
            op.drop_column(table, column)
    op.drop_index(op.f("ix_tagging_priority"), table_name="tagging")
    for column in ("priority", "flags", "type"):
        op.drop_column("tagging", column)
    op.drop_table("blind_code")
    op.drop_table("emerging")
    op.drop_index(op.f("ix_statement_change_statement_id"), table_name="statement_change")
    op.drop_table("statement_change")
    op.drop_index(op.f("ix_tag_change_statement_id"), table_name="tag_change")
    op.drop_table("tag_change")
    op.drop_table("tagger_version")
    op.drop_table("codebook_version")
