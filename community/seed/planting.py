"""Plants the story: every person, thread and act through the verbs that pages use, each at its own moment.

Planting is silent: nobody is notified of what happened long ago. It refuses a database that holds anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from ..accounts.models import Person
from ..accounts.passwords import hash_password
from ..core import clock, events, text
from ..core.errors import Conflict
from ..core.extensions import db, writing
from ..intake.requests import keeping
from ..intake.requests.models import Answer, Request, ThreadForm
from ..threads import editing, moderating, posting, solving, voting
from ..threads.models import Category, Post, Thread
from ..threads.posting import Words
from .story import Story, StoryAsked, StoryPerson, StoryPost, StoryThread

DEMO_PASSWORD = "moin-am-deich"  # of a database that only listens on this machine; production refuses to seed
MINUTE = timedelta(minutes=1)


@dataclass
class _Ground:
    """What has been planted so far."""

    now: datetime
    persons: dict[str, Person] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)

    def address_of(self, name: str) -> str | None:
        """Where a mention of `name` leads."""
        return f"/people/{name}" if name in self.persons else None


def plant(story: Story) -> int:
    """Put the story into an empty database as if it had happened up to now; returns the number of threads.

    Raises Conflict if there is a person already.
    """
    if db.session.scalar(select(Person.id).limit(1)):
        raise Conflict
    ground = _Ground(now=clock.now())
    password_hash = hash_password(DEMO_PASSWORD)
    written = {post.body: _render(post.body, story) for thread in story.threads for post in thread.posts}
    written |= {
        post.edit.first_body: _render(post.edit.first_body, story)
        for thread in story.threads
        for post in thread.posts
        if post.edit
    }
    with writing(), events.silently():
        for person in story.people:
            ground.persons[person.name] = _plant_person(person, ground.now, password_hash)
        for position, category in enumerate(story.categories):
            ground.categories[category.slug] = Category(
                slug=category.slug,
                name_de=category.name_de,
                name_en=category.name_en,
                description_de=category.description_de,
                description_en=category.description_en,
                position=position,
            )
        db.session.add_all(ground.categories.values())
        db.session.flush()
        _plant_requests(story, ground)
        for thread in story.threads:
            ground.threads[thread.key] = _plant_thread(thread, ground, written)
        for thread in story.threads:
            _plant_duplicate(thread, ground)
    return len(story.threads)


def _render(source: str, story: Story) -> Words:
    names = {person.name for person in story.people}
    return Words(source, text.render(source, mentions=lambda name: f"/people/{name}" if name in names else None))


def _plant_person(told: StoryPerson, now: datetime, password_hash: str) -> Person:
    joined = now - told.joined
    person = Person(
        name=told.name,
        name_key=told.name.casefold(),
        display_name=told.display_name,
        email=told.email,
        email_key=told.email.casefold(),
        email_verified_at=joined,
        password_hash=password_hash,
        role=told.role,
        language=told.language,
        created_at=joined,
    )
    db.session.add(person)
    db.session.flush()
    return person


def _plant_requests(story: Story, ground: _Ground) -> None:
    """The admin built them soon after joining, before anybody asked."""
    builder = next(person for person in story.people if person.role == "admin")
    with clock.frozen(ground.now - builder.joined + timedelta(days=1)):
        for request in story.requests:
            ground.requests[request.key] = keeping.add_request(
                ground.categories[request.category], request.naming, request.form, by=ground.persons[builder.name]
            )


def _plant_answers(asked: StoryAsked, thread: Thread, ground: _Ground) -> None:
    version = keeping.latest_version(ground.requests[asked.request])
    db.session.add(ThreadForm(thread_id=thread.id, form_version_id=version.id))
    for key, answer in asked.answers.items():
        for number, value in enumerate(answer if isinstance(answer, list) else [answer]):
            db.session.add(Answer(thread_id=thread.id, key=key, number=number, value=value))
    db.session.flush()


def _plant_thread(told: StoryThread, ground: _Ground, written: dict[str, Words]) -> Thread:
    began = ground.now - told.ago
    acts: list[tuple[datetime, Callable[[], object]]] = []
    with clock.frozen(began):
        first = told.posts[0]
        thread = posting.post_thread(
            by=ground.persons[told.author],
            category=ground.categories[told.category],
            title=told.title,
            words=written[_first_body(first)],
            language=told.language,
            tags=list(told.tags),
        )
    if told.asked:
        _plant_answers(told.asked, thread, ground)
    posts: dict[int, Post] = {0: db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one()}

    def _reply(index: int, post: StoryPost) -> None:
        posts[index] = posting.reply(
            thread, by=ground.persons[post.author], words=written[_first_body(post)], language=post.language
        )

    for index, post in enumerate(told.posts):
        if index:
            acts.append((began + post.after, lambda index=index, post=post: _reply(index, post)))  # type: ignore[misc]
        acts.extend(_acts_on(index, post, began, posts, ground, written))
    for step, name in enumerate(told.me_too):
        moment = began + min((step + 1) * 47 * MINUTE, told.ago)
        acts.append((moment, lambda name=name: voting.say_me_too(thread, by=ground.persons[name])))  # type: ignore[misc]
    if told.solution:
        solution = told.solution
        acts.append(
            (
                began + solution.after,
                lambda: solving.mark_solution(posts[solution.post], by=ground.persons[solution.by]),
            )
        )
    if told.lock:
        lock = told.lock
        acts.append(
            (began + lock.after, lambda: moderating.lock_thread(thread, by=ground.persons[lock.by], reason=lock.reason))
        )
    for moment, act in sorted(acts, key=lambda entry: entry[0]):
        with clock.frozen(min(moment, ground.now)):
            act()
    return thread


def _acts_on(
    index: int, post: StoryPost, began: datetime, posts: dict[int, Post], ground: _Ground, written: dict[str, Words]
) -> list[tuple[datetime, Callable[[], object]]]:
    """Votes, edits and hiding of one post, with their moments."""
    acts: list[tuple[datetime, Callable[[], object]]] = []
    for step, name in enumerate(post.helpful):
        moment = began + post.after + (step + 1) * 13 * MINUTE
        acts.append((moment, lambda name=name: voting.vote_helpful(posts[index], by=ground.persons[name])))  # type: ignore[misc]
    if post.edit:
        edit = post.edit
        acts.append(
            (
                began + edit.after,
                lambda: editing.edit_post(
                    posts[index],
                    by=ground.persons[edit.by],
                    words=written[post.body],
                    started_from=1,
                    reason=edit.reason,
                ),
            )
        )
    if post.hidden:
        hidden = post.hidden
        acts.append(
            (
                began + hidden.after,
                lambda: moderating.hide_post(posts[index], by=ground.persons[hidden.by], reason=hidden.reason),
            )
        )
    return acts


def _first_body(post: StoryPost) -> str:
    return post.edit.first_body if post.edit else post.body


def _plant_duplicate(told: StoryThread, ground: _Ground) -> None:
    if told.duplicate is None:
        return
    with clock.frozen(min(ground.now - told.ago + told.duplicate.after, ground.now)):
        moderating.mark_duplicate(
            ground.threads[told.key],
            ground.threads[told.duplicate.of],
            by=ground.persons[told.duplicate.by],
            reason=told.duplicate.reason,
        )
