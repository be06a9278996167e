"""Acting on many threads: ticked in the queue, confirmed on a page of its own, undone from the queue.

A refusal stands on that page, with what was typed; the threads that it cannot be done to are named and no longer ticked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from community.accounts.permissions import may, may_somewhere
from community.core import clock
from community.core.errors import Conflict, Invalid, require
from community.core.extensions import db, writing
from community.core.incoming import asked_id
from community.core.security import safe_next
from community.threads.models import Thread
from community.threads.visibility import visible_threads

from ..access import put_door
from . import acting, forms, undoing
from .acting import Allows, NotAll, Obstacle
from .kinds import KINDS, Kind
from .models import BulkAct

blueprint = put_door(Blueprint("bulk", __name__, url_prefix="/moderation/bulk"))
Answer = str | Response | tuple[str, int]


def offered() -> list[str]:
    """What whoever reads the queue may do to many threads, somewhere."""
    return [kind.key for kind in KINDS.values() if may_somewhere(current_user, kind.verb)]


def just_done() -> BulkAct | None:
    """What the reader has just done, as their address says it, while it can be undone."""
    asked = asked_id("bulk")
    done = undoing.bulk_act(asked, current_user) if asked else None
    return done if done and undoing.can_still_be_undone(done, clock.now()) else None


@blueprint.get("")
def page() -> Answer:
    """What exactly is to be done to the threads that were ticked?"""
    kind = _kind()
    try:
        forms.check_count(forms.thread_ids())
    except Invalid as problem:
        return _page(kind, problem), 422
    return _page(kind)


@blueprint.post("")
def act() -> Answer:
    """Do it to all of them, or say to which of them it cannot be done."""
    kind = _kind()
    try:
        ids = forms.thread_ids()
        forms.check_count(ids)
        wish, threads = forms.wish(kind, current_user), _threads(ids)
        with writing():
            _refuse_missing(ids, threads)
            done = acting.act(wish, threads, by=current_user, allows=_allows(kind))
    except (Invalid, NotAll) as problem:
        db.session.rollback()
        return _page(kind, problem), problem.status
    if done is None:
        flash(_("Nothing had to be changed: it was so already."), "notice")
        return redirect(_back(), 303)
    return redirect(_with_undo(_back(), done), 303)


@blueprint.post("/<int:bulk_id>/undo")
def undo(bulk_id: int) -> Response:
    """As it was before, as far as nobody has changed it since."""
    done = undoing.bulk_act(bulk_id, current_user) or abort(404)
    with writing():
        undone = undoing.undo(done, by=current_user, allows=_allows(KINDS[done.kind]))
    flash(ngettext("%(num)s thread is as it was.", "%(num)s threads are as they were.", undone.count), "done")
    for line in _said(undone.left):
        flash(line, "problem")
    return redirect(_back(), 303)


def _kind() -> Kind:
    kind = forms.kind() or abort(404)
    require(may_somewhere(current_user, kind.verb), _l("You may not do this here. An admin can allow it."))
    return kind


def _allows(kind: Kind) -> Allows:
    person = current_user._get_current_object()
    return lambda category_id: may(person, kind.verb, category_id)


def _threads(ids: Sequence[int]) -> list[Thread]:
    rows = visible_threads(current_user).where(Thread.id.in_(ids)).order_by(Thread.id)
    return list(db.session.scalars(rows.options(joinedload(Thread.author), joinedload(Thread.category))))


def _refuse_missing(ids: Iterable[int], threads: Iterable[Thread]) -> None:
    missing = sorted(set(ids) - {thread.id for thread in threads})
    if missing:
        raise NotAll([Obstacle(number, _("There is no such thread any more.")) for number in missing])


def _back() -> str:
    return safe_next(request.values.get("next")) or url_for("moderation.desk")


def _with_undo(address: str, done: BulkAct) -> str:
    path, _hash, _place = address.partition("#")
    return f"{path}{'&' if '?' in path else '?'}bulk={done.id}"


def _said(left: list[Obstacle]) -> list[str]:
    titles = {thread.id: thread.title for thread in _threads([one.thread_id for one in left])}
    return [
        _(
            "“%(title)s” stays as it is: %(why)s",
            title=titles.get(one.thread_id) or _("thread %(number)s", number=one.thread_id),
            why=one.why,
        )
        for one in left
    ]


def _page(kind: Kind, problem: Invalid | Conflict | None = None) -> str:
    threads = _threads(forms.thread_ids()[: acting.MOST])
    found = {thread.id for thread in threads}
    obstacles = {one.thread_id: one.why for one in problem.obstacles} if isinstance(problem, NotAll) else {}
    return render_template(
        "moderation/bulk/page.html",
        kind=kind.key,
        threads=threads,
        missing=[(number, why) for number, why in obstacles.items() if number not in found],
        obstacles=obstacles,
        problem=problem,
        field=problem.field if isinstance(problem, Invalid) else None,
        back=_back(),
    )
