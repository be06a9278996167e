"""forms that staff are building"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("started_from", sa.Integer(), nullable=False),
        sa.Column("started_naming", sa.JSON(), nullable=False),
        sa.Column("naming", sa.JSON(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_form_drafts_category_id_categories"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_form_drafts_person_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_form_drafts_request_id_requests"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_drafts")),
        sa.UniqueConstraint("person_id", "request_id", name="uq_form_drafts_person_request"),
    )
    op.create_index(op.f("ix_form_drafts_person_id"), "form_drafts", ["person_id"])
    op.create_index(op.f("ix_form_drafts_request_id"), "form_drafts", ["request_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_form_drafts_request_id"), "form_drafts")
    op.drop_index(op.f("ix_form_drafts_person_id"), "form_drafts")
    op.drop_table("form_drafts")
