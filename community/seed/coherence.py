"""A story that could have happened: names exist, replies follow each other, and nobody does what their role forbids."""

from datetime import timedelta
from itertools import pairwise

from community.intake.requests import filling
from community.intake.requests.definition import UPLOADS, Field, problems
from community.seed.story import Story, StoryAct, StoryAsked, StoryError, StoryPerson, StoryRequest, StoryThread


def check_story(story: Story) -> None:
    """Raise StoryError, naming the thread, for the first thing that cannot have happened."""
    _check_unique("person", [person.name for person in story.people])
    _check_unique("mail address", [person.email for person in story.people])
    _check_unique("category", [category.slug for category in story.categories])
    _check_unique("thread", [thread.key for thread in story.threads])
    _check_unique("title", [thread.title for thread in story.threads])
    _check_unique("request", [request.key for request in story.requests])
    for request in story.requests:
        _check_request(story, request)
    people = {person.name: person for person in story.people}
    for thread in story.threads:
        _check_names(story, thread, people)
        _check_times(thread, people)
        _check_roles(thread, people)
        _check_endings(story, thread)
        if thread.asked:
            _check_asked(story, thread, thread.asked)


def _check_unique(kind: str, names: list[str]) -> None:
    for name in names:
        _require(names.count(name) == 1, f"{kind} {name!r} is there twice")


def _check_names(story: Story, thread: StoryThread, people: dict[str, StoryPerson]) -> None:
    slugs = {category.slug for category in story.categories}
    _require(thread.category in slugs, f"{thread.key}: no category {thread.category!r}")
    for tag in thread.tags:
        _require(tag in story.tags, f"{thread.key}: no tag {tag!r}")
    for name in (*_authors(thread), *thread.me_too, *_voters(thread), *(act.by for act in _acts(thread))):
        _require(name in people, f"{thread.key}: nobody is called {name!r}")


def _check_times(thread: StoryThread, people: dict[str, StoryPerson]) -> None:
    spans = [post.after for post in thread.posts]
    _require(spans[0] == timedelta(), f"{thread.key}: the opening post is the start and has no 'after'")
    _require(
        all(earlier < later for earlier, later in pairwise(spans)),
        f"{thread.key}: a reply is not later than the one before it",
    )
    for after in (*spans, *(act.after for act in _acts(thread))):
        _require(after <= thread.ago, f"{thread.key}: something happens after the story is planted")
    for post in thread.posts:
        acts = [act for act in (post.edit, post.hidden) if act]
        _require(all(act.after > post.after for act in acts), f"{thread.key}: a post is touched before it is written")
        _require(not post.edit or post.edit.first_body != post.body, f"{thread.key}: an edit changes nothing")
        _require(people[post.author].joined > thread.age_of(post), f"{thread.key}: {post.author} had not joined yet")


def _check_roles(thread: StoryThread, people: dict[str, StoryPerson]) -> None:
    by_staff = [act for act in (thread.lock, thread.duplicate, *(post.hidden for post in thread.posts)) if act]
    _require(
        all(people[act.by].is_staff for act in by_staff), f"{thread.key}: only staff hide, lock or link duplicates"
    )
    _require(
        thread.solution is None or thread.solution.by == thread.author or people[thread.solution.by].is_staff,
        f"{thread.key}: only the asker or staff mark the solution",
    )
    _require(thread.author not in thread.me_too, f"{thread.key}: the asker cannot say 'me too'")
    _require(not any(people[name].is_staff for name in thread.me_too), f"{thread.key}: staff do not say 'me too'")
    _require(
        not any(post.author in post.helpful for post in thread.posts), f"{thread.key}: nobody votes for their own post"
    )


def _check_endings(story: Story, thread: StoryThread) -> None:
    if thread.solution:
        _require(0 < thread.solution.post < len(thread.posts), f"{thread.key}: the solution is not one of the replies")
        solution = thread.posts[thread.solution.post]
        _require(solution.hidden is None, f"{thread.key}: the solution is hidden")
        _require(thread.solution.after > solution.after, f"{thread.key}: solved before the solution was written")
    if thread.duplicate:
        masters = [other for other in story.threads if other.key == thread.duplicate.of and other.duplicate is None]
        _require(masters not in ([], [thread]), f"{thread.key}: duplicate of {thread.duplicate.of!r}, which is none")


def _check_request(story: Story, request: StoryRequest) -> None:
    slugs = {category.slug for category in story.categories}
    _require(request.category in slugs, f"{request.key}: no category {request.category!r}")
    for problem in problems(request.form):
        raise StoryError(f"{request.key}: its form cannot be used, see {problem.field or problem.step or 'all of it'}")


def _check_asked(story: Story, thread: StoryThread, asked: StoryAsked) -> None:
    found = [each for each in story.requests if each.key == asked.request and each.category == thread.category]
    _require(bool(found), f"{thread.key}: no request {asked.request!r} in this category")
    form = found[0].form
    for key, answer in asked.answers.items():
        field = form.field_of(key)
        fits = field is not None and not field.is_private and field.kind not in UPLOADS
        _require(fits, f"{thread.key}: {key!r} is no public field of {asked.request!r}")
        assert field is not None
        judged = filling.judge(field, answer if isinstance(answer, list) else [str(answer)])
        _require(judged.problem is None and judged.answer == answer, f"{thread.key}: {answer!r} does not fit {key!r}")
    _require(
        set(asked.answers) == set(filling.counted(form, asked.answers)), f"{thread.key}: it was not asked all this"
    )
    missing = [key for key in filling.missing(form, asked.answers) if not _is_private(form.field_of(key))]
    _require(not missing, f"{thread.key}: {', '.join(missing)} is not answered")


def _is_private(field: Field | None) -> bool:
    return field is not None and field.is_private


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise StoryError(message)


def _authors(thread: StoryThread) -> list[str]:
    return [post.author for post in thread.posts]


def _voters(thread: StoryThread) -> list[str]:
    return [name for post in thread.posts for name in post.helpful]


def _acts(thread: StoryThread) -> list[StoryAct]:
    on_posts = [act for post in thread.posts for act in (post.edit, post.hidden)]
    return [act for act in (thread.solution, thread.lock, thread.duplicate, *on_posts) if act]
