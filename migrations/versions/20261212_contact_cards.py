"""contact cards: hours, face, who stands in; until when somebody is off duty"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _of_person(column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_contact_cards_{column}_persons")
    return sa.ForeignKeyConstraint([column], ["persons.id"], name=name, ondelete="RESTRICT")


def upgrade() -> None:
    op.create_table(
        "contact_cards",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hours_de", sa.String(length=80), nullable=False),
        sa.Column("hours_en", sa.String(length=80), nullable=False),
        sa.Column("photo_attachment_id", sa.Integer(), nullable=True),
        sa.Column("stand_in_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _of_person("person_id"),
        _of_person("stand_in_id"),
        sa.ForeignKeyConstraint(
            ["photo_attachment_id"],
            ["attachments.id"],
            name=op.f("fk_contact_cards_photo_attachment_id_attachments"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_contact_cards")),
    )
    op.create_index(op.f("ix_contact_cards_stand_in_id"), "contact_cards", ["stand_in_id"])
    op.add_column("off_duty", sa.Column("back_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("off_duty", "back_on")
    op.drop_table("contact_cards")
