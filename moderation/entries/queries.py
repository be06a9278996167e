"""Whose contact it is, found by what staff type."""

from __future__ import annotations

from flask_babel import gettext as _

from community.accounts.models import Person
from community.accounts.permissions import Verb, may, may_somewhere
from community.accounts.queries import person_named
from community.case_file.contact_entries.keeping import Where
from community.case_file.contact_entries.models import ContactEntry
from community.core.errors import Invalid
from community.core.extensions import db
from community.threads.visibility import visible_thread

from ..forms import number_in


def may_read(entry: ContactEntry, person: Person) -> bool:
    """Staff who log contacts: there, if it is about a case, else anywhere."""
    if entry.thread is not None:
        return may(person, Verb.ENTRIES, entry.thread.category_id)
    return may_somewhere(person, Verb.ENTRIES)


def typed_where(typed: str, reader: Person) -> Where:
    """A case by its number or address (then it is its asker's), or a customer by user name. Raises Invalid for neither."""
    number = number_in(typed)
    if number is not None:
        thread = visible_thread(number, reader)
        if thread is None or not may(reader, Verb.ENTRIES, thread.category_id):
            raise Invalid(_("There is no such case that you may change."), "where")
        return Where(db.session.get(Person, thread.author_id), thread)
    person = person_named(typed.strip().lstrip("@"))
    if person is None or person.is_staff:
        raise Invalid(_("Give the number of a case, or a customer’s user name."), "where")
    return Where(person)
