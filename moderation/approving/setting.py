"""Staff say, category by category, whose posts are held. Each change records what was before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from community.accounts.models import Person
from community.core import events
from community.core.events import Action
from community.core.extensions import db
from community.threads.models import Category

from .models import ApprovalRule

MOST = 1_000


@dataclass(frozen=True)
class Rule:
    """Held are all posts of authors with fewer than `first_posts` public ones, and links of those with fewer than
    `link_posts`; 0 holds nobody's."""

    first_posts: int
    link_posts: int


#: Where nothing was said: a link in somebody's first post is what advertising looks like; a first post is what everybody writes.
USUAL = Rule(first_posts=0, link_posts=1)


def rule_of(category_id: int) -> Rule:
    """What holds in this category."""
    row = db.session.get(ApprovalRule, category_id)
    return _rule(row) if row else USUAL


def rules() -> dict[int, Rule]:
    """What was said, by the category's id."""
    return {row.category_id: _rule(row) for row in db.session.scalars(select(ApprovalRule))}


def _rule(row: ApprovalRule) -> Rule:
    return Rule(row.first_posts, row.link_posts)


def put_rules(wanted: Mapping[int, Rule], *, by: Person) -> None:
    """Store what holds from now on in these categories (by id). One fact for all that changes; none if nothing does."""
    before, after = dict[str, Any](), dict[str, Any]()
    categories = select(Category).where(Category.id.in_(wanted)).order_by(Category.id).with_for_update()
    for category in db.session.scalars(categories).all():
        known, rule = rule_of(category.id), wanted[category.id]
        if known != rule:
            before[category.slug], after[category.slug] = asdict(known), asdict(rule)
            _store(category.id, rule)
    if after:
        events.record(Action.APPROVAL_CHANGED, actor_id=by.id, before=before, after=after)


def _store(category_id: int, rule: Rule) -> None:
    row = db.session.get(ApprovalRule, category_id)
    if row is None:
        row = ApprovalRule(category_id=category_id)
        db.session.add(row)
    row.first_posts, row.link_posts = rule.first_posts, rule.link_posts
