"""answers by mail: where a mail is answered, which mails came in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("mails", sa.Column("reply_to", sa.String(length=254), nullable=True))
    op.add_column("mails", sa.Column("conversation", sa.String(length=40), nullable=True))
    op.create_table(
        "incoming_mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_incoming_mails_person_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_incoming_mails_thread_id_threads"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_mails")),
        sa.UniqueConstraint("message_hash", name=op.f("uq_incoming_mails_message_hash")),
    )
    op.create_index(op.f("ix_incoming_mails_at"), "incoming_mails", ["at"])
    op.create_index(op.f("ix_incoming_mails_person_id"), "incoming_mails", ["person_id"])
    op.create_index(op.f("ix_incoming_mails_thread_id"), "incoming_mails", ["thread_id"])


def downgrade() -> None:
    op.drop_table("incoming_mails")
    op.drop_column("mails", "conversation")
    op.drop_column("mails", "reply_to")
