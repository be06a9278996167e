"""private details and who read them; requests, their forms and answers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name_de", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("description_de", sa.String(length=300), nullable=False),
        sa.Column("description_en", sa.String(length=300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["categories.id"], name=op.f("fk_requests_category_id_categories"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
        sa.UniqueConstraint("slug", name=op.f("uq_requests_slug")),
    )
    op.create_index("ix_requests_category", "requests", ["category_id", "archived_at", "position"])

    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=300), nullable=False),
        sa.Column("long_value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_answers_thread_id_threads"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("thread_id", "key", "number", name="uq_answers_thread_key_number"),
    )
    op.create_index("ix_answers_key_value", "answers", ["key", "value"])

    op.create_table(
        "details",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("label_de", sa.String(length=120), nullable=False),
        sa.Column("label_en", sa.String(length=120), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=True),
        sa.Column("known_as", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["persons.id"], name=op.f("fk_details_by_id_persons"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_details_person_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_details_thread_id_threads"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_details")),
    )
    op.create_index(op.f("ix_details_attachment_id"), "details", ["attachment_id"])
    op.create_index(op.f("ix_details_by_id"), "details", ["by_id"])
    op.create_index("ix_details_person_case", "details", ["person_id", "thread_id"])
    op.create_index(op.f("ix_details_person_id"), "details", ["person_id"])
    op.create_index(op.f("ix_details_thread_id"), "details", ["thread_id"])

    op.create_table(
        "form_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["persons.id"], name=op.f("fk_form_versions_by_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_form_versions_request_id_requests"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_versions")),
        sa.UniqueConstraint("request_id", "number", name="uq_form_versions_request_number"),
    )
    op.create_index(op.f("ix_form_versions_by_id"), "form_versions", ["by_id"])

    op.create_table(
        "readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.Integer(), nullable=True),
        sa.Column("reader_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("sealed_purpose", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_readings_person_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["persons.id"], name=op.f("fk_readings_reader_id_persons"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_readings_thread_id_threads"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
    )
    op.create_index("ix_readings_person_at", "readings", ["person_id", "at"])
    op.create_index(op.f("ix_readings_person_id"), "readings", ["person_id"])
    op.create_index(op.f("ix_readings_reader_id"), "readings", ["reader_id"])
    op.create_index(op.f("ix_readings_thread_id"), "readings", ["thread_id"])

    op.create_table(
        "thread_forms",
        sa.Column("thread_id", sa.Integer(), nullable=False),
        sa.Column("form_version_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["form_version_id"], ["form_versions.id"], name=op.f("fk_thread_forms_form_version_id_form_versions")
        ),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["threads.id"], name=op.f("fk_thread_forms_thread_id_threads"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_thread_forms")),
    )
    op.create_index(op.f("ix_thread_forms_form_version_id"), "thread_forms", ["form_version_id"])

    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("request_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("form_version_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("answers", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("sealed", sa.Text(), server_default="", nullable=False))
        batch_op.create_foreign_key(batch_op.f("fk_drafts_request_id_requests"), "requests", ["request_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_drafts_form_version_id_form_versions"), "form_versions", ["form_version_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_drafts_form_version_id_form_versions"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_drafts_request_id_requests"), type_="foreignkey")
        batch_op.drop_column("sealed")
        batch_op.drop_column("answers")
        batch_op.drop_column("form_version_id")
        batch_op.drop_column("request_id")
    for table in ("thread_forms", "readings", "form_versions", "details", "answers", "requests"):
        op.drop_table(table)
