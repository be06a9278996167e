"""who is on a thread: claims, contacts (those of answered threads filled in), who is off duty, presence"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FIRST_ANSWERS = """
INSERT INTO contacts (thread_id, person_id, since, how, note)
SELECT posts.thread_id, posts.author_id, posts.created_at, 'answered', ''
FROM posts JOIN threads ON threads.id = posts.thread_id
WHERE posts.by_staff AND posts.author_id <> threads.author_id AND posts.number = (
    SELECT min(answers.number) FROM posts AS answers
    WHERE answers.thread_id = posts.thread_id AND answers.by_staff AND answers.author_id <> threads.author_id)
"""


def _column(name: str, kind: sa.types.TypeEngine[object], *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=nullable)


def _of_thread(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_thread_id_threads")
    return sa.ForeignKeyConstraint(["thread_id"], ["threads.id"], name=name, ondelete="CASCADE")


def _of_person(table: str, column: str = "person_id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_persons")
    return sa.ForeignKeyConstraint([column], ["persons.id"], name=name, ondelete="RESTRICT")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "claims",
        _column("thread_id", sa.Integer()),
        _column("person_id", sa.Integer()),
        _column("since", moment),
        _column("until", moment),
        _of_thread("claims"),
        _of_person("claims"),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_claims")),
    )
    op.create_index(op.f("ix_claims_person_id"), "claims", ["person_id"])
    op.create_index(op.f("ix_claims_until"), "claims", ["until"])
    op.create_table(
        "contacts",
        _column("thread_id", sa.Integer()),
        _column("person_id", sa.Integer()),
        _column("since", moment),
        _column("how", sa.String(length=40)),
        _column("by_id", sa.Integer(), nullable=True),
        _column("note", sa.Text()),
        _of_thread("contacts"),
        _of_person("contacts"),
        _of_person("contacts", "by_id"),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_person_id"), "contacts", ["person_id"])
    op.create_index(op.f("ix_contacts_by_id"), "contacts", ["by_id"])
    op.create_table(
        "off_duty",
        _column("person_id", sa.Integer()),
        _column("since", moment),
        _of_person("off_duty"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_off_duty")),
    )
    op.create_table(
        "presences",
        _column("thread_id", sa.Integer()),
        _column("person_id", sa.Integer()),
        _column("seen_at", moment),
        _column("is_writing", sa.Boolean()),
        _of_thread("presences"),
        _of_person("presences"),
        sa.PrimaryKeyConstraint("thread_id", "person_id", name=op.f("pk_presences")),
    )
    op.create_index(op.f("ix_presences_person_id"), "presences", ["person_id"])
    op.create_index(op.f("ix_presences_seen_at"), "presences", ["seen_at"])
    op.execute(FIRST_ANSWERS)


def downgrade() -> None:
    for table in ("presences", "off_duty", "contacts", "claims"):
        op.drop_table(table)
