"""A site for a measurement: migrated, seeded, grown to a size, indexed; with people who are signed in."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from community.accounts.models import Person, Session
from community.core import clock
from community.core.extensions import db, writing
from community.core.security import hash_token, new_token
from community.core.transactions import count_rows
from community.factory import create_app
from community.threads.models import Thread

from . import generating
from .serving import ROOT

SECRET = "a secret of the benchmark, used nowhere else"


#: Seeding is for development; what is measured runs as it would for customers.
PRODUCTION = {
    "THEKE_ENV": "production",
    "BASE_URL": "http://127.0.0.1",
    "SMTP_HOST": "127.0.0.1",
    "SMTP_TLS": "none",
}


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in: their cookie and the token their forms carry."""

    cookie: str
    csrf_token: str

    def form(self, **fields: str) -> bytes:
        """An encoded form with the token."""
        return urlencode({"csrf_token": self.csrf_token, **fields}).encode()


@dataclass(frozen=True)
class Site:
    """Where the site lives, and samples of it."""

    environment: dict[str, str]
    thread_paths: list[str]
    thread_ids: list[int]
    titles: list[str]
    people: list[Visitor]


def build(directory: Path, threads: int, people: int = 60, **settings: str) -> Site:
    """Make the site, or grow the one that is there. Takes minutes for 50,000 threads. `settings` are added to its own."""
    environment = {
        "THEKE_ENV": "development",
        "SECRET_KEY": SECRET,
        "DATA_DIR": str(directory),
        "FLASK_APP": "wsgi",
        "SITE_LANGUAGE": "de",
        "TRUSTED_PROXIES": "1",  # so that each request may come from an address of its own
        "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
        **settings,
    }
    if not (directory / "theke.sqlite3").exists() or environment["DATABASE_URL"]:
        _flask(environment, "db", "upgrade")
        _flask(environment, "seed")
    app = create_app({key: value for key, value in environment.items() if key not in ("FLASK_APP", "TRUSTED_PROXIES")})
    csrf = _csrf(app)
    with app.app_context():
        generating.grow(threads)
        count_rows(db)  # as a site's worker does
        site = _sample(app, environment, people, csrf)
        db.session.remove()
        db.engine.dispose()
    _flask(environment, "search", "rebuild")
    return replace(site, environment=environment | PRODUCTION)


def _flask(environment: dict[str, str], *words: str) -> None:
    command = [sys.executable, "-m", "flask", *words]
    subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True, stdout=subprocess.DEVNULL)


def _sample(app: Flask, environment: dict[str, str], people: int, csrf: tuple[str, str]) -> Site:
    rows = db.session.execute(
        select(Thread.id, Thread.slug, Thread.title)
        .where(
            Thread.visibility == "published",
            Thread.solved_at.is_(None),
            Thread.locked_at.is_(None),
            Thread.duplicate_of_id.is_(None),
        )
        .order_by(Thread.id)
    ).all()
    chosen = random.Random(7).sample(rows, min(400, len(rows)))
    return Site(
        environment=environment,
        thread_paths=[f"/threads/{row.id}/{row.slug}" for row in chosen],
        thread_ids=[row.id for row in chosen],
        titles=[row.title for row in chosen],
        people=[_sign_in(app, number, csrf) for number in range(people)],
    )


def app_of(site: Site) -> Flask:
    """The site's program in this process, to put rows into it and to count what it asks."""
    left_out = ("FLASK_APP", "TRUSTED_PROXIES", *PRODUCTION)
    settings = {key: value for key, value in site.environment.items() if key not in left_out}
    return create_app(settings | {"THEKE_ENV": "development"})


def staff_visitor(app: Flask) -> Visitor:
    """Somebody of the seed's staff, signed in. Call it within the app's context."""
    csrf = _csrf(app)
    with writing():
        return _session(app, db.session.scalars(select(Person).where(Person.role == "agent")).first(), csrf)


def _sign_in(app: Flask, number: int, csrf: tuple[str, str]) -> Visitor:
    name = f"bench-{number}"
    with writing():
        person = db.session.scalar(select(Person).where(Person.name == name))
        if person is None:
            person = Person(
                name=name,
                name_key=name,
                display_name=name,
                email_verified_at=clock.now(),
                language="de",
                created_at=clock.now() - timedelta(days=90),
            )
            db.session.add(person)
            db.session.flush()
        return _session(app, person, csrf)


def _session(app: Flask, person: Person | None, csrf: tuple[str, str]) -> Visitor:
    assert person is not None
    token = new_token()
    db.session.add(
        Session(
            token_hash=hash_token(token),
            person_id=person.id,
            created_at=clock.now(),
            seen_at=clock.now(),
            expires_at=clock.now() + timedelta(days=7),
        )
    )
    values = {"_user_id": token, "_fresh": True, "csrf_token": csrf[0]}
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return Visitor(f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(values)}", csrf[1])


def _csrf(app: Flask) -> tuple[str, str]:
    """What a session keeps, and what the forms of that session carry."""
    with app.test_request_context():
        token = generate_csrf()
        return session["csrf_token"], token
