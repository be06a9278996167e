"""categories and tags are kept in the browser: versions, old addresses, synonyms"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("categories", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "category_aliases",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["categories.id"],
            name=op.f("fk_category_aliases_category_id_categories"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_category_aliases")),
    )
    op.create_index(op.f("ix_category_aliases_category_id"), "category_aliases", ["category_id"])
    op.create_table(
        "tag_synonyms",
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("was_tag", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_tag_synonyms_tag_id_tags"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_tag_synonyms")),
    )
    op.create_index(op.f("ix_tag_synonyms_tag_id"), "tag_synonyms", ["tag_id"])


def downgrade() -> None:
    op.drop_table("tag_synonyms")
    op.drop_table("category_aliases")
    op.drop_column("categories", "version")
