"""Who works here as what: by colleagues, never for oneself, and somebody who may change it all is always left.

Only admins make admins, change them or shut them out; whoever else may set staff does so among agents and moderators.
Everyone whom it concerns is held first, so that two who act at once cannot leave the site without an admin.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from community.accounts import people
from community.accounts.models import STAFF_ROLES, Person, Session
from community.accounts.policy import is_free_to_act
from community.core.errors import Conflict, Invalid, NotAllowed
from community.core.extensions import db

#: In the order in which they are offered; the last one is no role of staff.
ROLES = ("agent", "moderator", "admin", "customer")


def staff() -> Sequence[Person]:
    """Everyone who has a role here, also who is shut out or suspended; admins first, by name."""
    found = db.session.scalars(select(Person).where(Person.role.in_(sorted(STAFF_ROLES))))
    return sorted(found, key=lambda person: (-ROLES.index(person.role), person.display_name.casefold(), person.id))


def last_seen(persons: Sequence[Person]) -> dict[int, datetime]:
    """When those of them who are logged in somewhere were here last, by id."""
    ids = [person.id for person in persons]
    rows = select(Session.person_id, func.max(Session.seen_at)).where(Session.person_id.in_(ids))
    return dict(db.session.execute(rows.group_by(Session.person_id)).all())


def give_role(person: Person, role: str, *, by: Person) -> None:
    """Agent, moderator or admin; or customer, which takes the role away. Raises Invalid, NotAllowed or Conflict, saying why."""
    _hold(person, by)
    if role not in ROLES:
        raise Invalid(_("Choose a role."), "role")
    if person.role == role:
        raise Conflict(_("%(name)s has this role already.", name=person.display_name))
    _check(person, by, is_about_admins="admin" in (role, person.role))
    if not person.is_staff:
        _check_usable(person)
    if person.role == "admin":
        _check_not_last(person)
    people.set_role(person, role, by=by)


def shut_out(person: Person, *, by: Person, reason: str = "") -> None:
    """They are logged out everywhere and cannot log in. Raises NotAllowed or Conflict, saying why."""
    _hold(person, by)
    if person.disabled_at is not None:
        raise Conflict(_("%(name)s is shut out already.", name=person.display_name))
    _check(person, by, is_about_admins=person.role == "admin")
    if person.role == "admin":
        _check_not_last(person)
    people.disable(person, by=by, reason=reason or None)


def let_in(person: Person, *, by: Person) -> None:
    """They may log in again. Raises NotAllowed or Conflict, saying why."""
    _hold(person, by)
    if person.disabled_at is None:
        raise Conflict(_("%(name)s is not shut out.", name=person.display_name))
    _check(person, by, is_about_admins=person.role == "admin")
    people.enable(person, by=by)


def _hold(person: Person, by: Person) -> None:
    rows = select(Person).where(or_(Person.role == "admin", Person.id.in_((person.id, by.id)))).order_by(Person.id)
    db.session.scalars(rows.with_for_update(key_share=True).execution_options(populate_existing=True)).all()


def _check(person: Person, by: Person, *, is_about_admins: bool) -> None:
    if person.id == by.id:
        raise NotAllowed(_("Nobody changes this for themselves. A colleague can do it."))
    if is_about_admins and by.role != "admin":
        raise NotAllowed(_("Only admins can make admins, change them or shut them out."))


def _check_usable(person: Person) -> None:
    if person.disabled_at is not None:
        raise Invalid(_("%(name)s is shut out. Let them in first.", name=person.display_name), "who")
    if person.password_hash is None or not person.is_verified:
        raise Invalid(_("%(name)s has not confirmed their address, or cannot log in.", name=person.display_name), "who")


def _check_not_last(person: Person) -> None:
    admins = db.session.scalars(select(Person).where(Person.role == "admin", Person.id != person.id))
    if not any(is_free_to_act(admin) for admin in admins):
        raise Conflict(_("This is the last admin. Make somebody else an admin first."))
