"""The shapes of the story: what the planter, the tests and the docs can rely on.

The story holds no dates, only distances: a thread began some time `ago`, and whatever happened in it came some time
`after` its opening post. Whoever plants the story picks the now.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Literal

from community.intake.requests.definition import Form
from community.intake.requests.keeping import Naming

ROLES = ("customer", "agent", "moderator", "admin")
LANGUAGES = ("de", "en")


class StoryError(ValueError):
    """The story is malformed or contradicts itself; the message says where."""


class StoryState(StrEnum):
    """What a reader of the thread would say about it."""

    NEEDS_STAFF = "needs staff"
    WAITING_FOR_CUSTOMER = "waiting for customer"
    SOLVED = "solved"
    CLOSED = "closed"


@dataclass(frozen=True)
class StoryPerson:
    name: str
    display_name: str
    email: str
    language: str
    role: str
    joined: timedelta

    @property
    def is_staff(self) -> bool:
        return self.role != "customer"


@dataclass(frozen=True)
class StoryCategory:
    slug: str
    name_de: str
    name_en: str
    description_de: str
    description_en: str


@dataclass(frozen=True)
class StoryAct:
    """Something that a person did to a thread or a post, `after` the thread's start; the reason may be empty."""

    by: str
    after: timedelta
    reason: str = ""


@dataclass(frozen=True)
class StoryEdit(StoryAct):
    """The post first said `first_body`; its `body` is what the edit left."""

    first_body: str = ""


@dataclass(frozen=True)
class StorySolution(StoryAct):
    """`post` is an index into the thread's posts; the opening post is 0 and never the solution."""

    post: int = 0


@dataclass(frozen=True)
class StoryDuplicate(StoryAct):
    """`of` is the key of the thread that readers are led to."""

    of: str = ""


@dataclass(frozen=True)
class StoryRequest:
    """An entry of a category's menu, with its form."""

    key: str
    category: str
    naming: Naming
    form: Form


@dataclass(frozen=True)
class StoryAsked:
    """A thread was asked with this request (its key), and what was answered in public: to several choices a list."""

    request: str
    answers: dict[str, Any]


@dataclass(frozen=True)
class StoryPost:
    author: str
    after: timedelta
    body: str
    language: str
    helpful: tuple[str, ...] = ()
    edit: StoryEdit | None = None
    hidden: StoryAct | None = None


@dataclass(frozen=True)
class StoryThread:
    key: str
    category: str
    title: str
    language: str
    tags: tuple[str, ...]
    ago: timedelta
    me_too: tuple[str, ...]
    posts: tuple[StoryPost, ...]
    state: StoryState
    solution: StorySolution | None = None
    lock: StoryAct | None = None
    duplicate: StoryDuplicate | None = None
    asked: StoryAsked | None = None

    @property
    def author(self) -> str:
        return self.posts[0].author

    @property
    def solved_by(self) -> Literal["asker", "staff"] | None:
        if self.solution is None:
            return None
        return "asker" if self.solution.by == self.author else "staff"

    def age_of(self, moment: StoryPost | StoryAct) -> timedelta:
        """How long before planting the post was written or the act was done."""
        return self.ago - moment.after


@dataclass(frozen=True)
class Story:
    """The whole story; `threads` are sorted from the oldest to the newest."""

    provider: str
    tags: tuple[str, ...]
    people: tuple[StoryPerson, ...]
    categories: tuple[StoryCategory, ...]
    threads: tuple[StoryThread, ...]
    requests: tuple[StoryRequest, ...] = ()

    def person(self, name: str) -> StoryPerson:
        return next(person for person in self.people if person.name == name)

    def thread(self, key: str) -> StoryThread:
        return next(thread for thread in self.threads if thread.key == key)

    def request(self, key: str) -> StoryRequest:
        """The request of this key."""
        return next(request for request in self.requests if request.key == key)
