"""when a post of a thread was last edited, for the dates of the sitemap"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("threads", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE threads SET edited_at = (SELECT max(edited_at) FROM posts WHERE posts.thread_id = threads.id)")


def downgrade() -> None:
    op.drop_column("threads", "edited_at")
