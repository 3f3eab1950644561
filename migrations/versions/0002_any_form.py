"""any form: drafts of surveys and of answers, history, attachments

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("version", sa.Column("source", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("response", sa.Column("draft", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("response", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workbook", sa.JSON(), nullable=False),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_draft_version_id_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    op.create_table(
        "earlier_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.String(length=36), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_earlier_answers_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_answers")),
    )
    op.create_index(op.f("ix_earlier_answers_response_id"), "earlier_answers", ["response_id"])
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("response_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_attachment_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_response_id"), "attachment", ["response_id"])


def downgrade():
    op.drop_index(op.f("ix_attachment_response_id"), table_name="attachment")
    op.drop_table("attachment")
    op.drop_index(op.f("ix_earlier_answers_response_id"), table_name="earlier_answers")
    op.drop_table("earlier_answers")
    op.drop_table("draft")
    op.drop_column("response", "changed_at")
    op.drop_column("response", "draft")
    op.drop_column("version", "source")
