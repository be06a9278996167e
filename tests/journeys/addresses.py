"""Where every page of the site is, for journeys that visit them all. A new page that is missing here fails a test."""

from __future__ import annotations

from tests.journeys import main_journey
from tests.journeys.client import Client
from tests.journeys.live import Site, until
from tests.journeys.people import NEW_PASSWORD, Reader

SHOWS_NO_PAGE = {
    "asset",
    "attachments.file",  # a photo or a file alone
    "dev_mail.mail_html",  # a mail in its own sandbox, as a mail program would show it
    "accounts.kept",  # only with a form that waits; see test_crossing_paths
    "intake.reply_draft",  # leads to the thread
    "intake.form_goes_on",  # leads to a step of the form
    "intake.reading",  # a fragment of such a step
    "intake.form_step",  # only with a guided request; see test_guided_requests
    "intake.request_menu",  # the same
    "intake.both",  # only with two texts; see test_crossing_paths
    "threads.post",  # leads to the thread
    "threads.find",  # leads to the search
    "search.similar",  # a fragment of the asking page
    # for search engines, feed readers and other sites
    "publishing.feed_of_threads",
    "publishing.feed_of_category",
    "publishing.feed_of_tag",
    "publishing.feed_of_thread",
    "publishing.picture_of_site",
    "publishing.picture_of_thread",
    "publishing.robots",
    "publishing.sitemap_index",
    "publishing.sitemap_of_places",
    "publishing.sitemap_of_tags",
    "publishing.sitemap_of_threads",
    "search.suggest",
    "canned_replies.offered",  # a fragment of the reply box
    "owning.signs",  # a fragment of the desk
    "news.index",  # another
    "search_feed.index",
    "widget.cases",
    "widget.script",
    # only for the two sides of a complaint, and whoever decides; see test_notices
    "notices.receipt",
    "notices.decision",
    "notices.case",
    "appeals.new",
    "appeals.one",
    "appeals.case",
}


#: Endpoint -> addresses of its page, the plain one first. What is in braces is made by `_found`.
FOR_ALL = {
    "threads.home": ["/"],
    "threads.index": ["/threads", "/threads?show=solved"],
    "threads.categories": ["/categories"],
    "threads.category": ["/categories/internet"],
    "threads.tag": ["/tags/router"],
    "threads.person": ["/people/wiebke", "/people/carol"],
    "threads.about": ["/about"],
    "threads.show": ["{solved_thread}", "{thread}"],
    "threads.revisions": ["/posts/{own_post}/revisions"],
    "opened_for.look": ["/claim/nothing"],  # an invitation that is over; see tests/case_file/test_opened_for.py
    "rating.asked": ["/rate/nothing"],  # a link that is over; see tests/threads/test_rating.py
    "notices.figures": ["/notices"],
    "notices.form": ["/notices/new?post=1"],
    "moderation_log.index": ["/moderation/log", "/moderation/log?act=post.hidden&since=2026-01-01"],
    "search.index": ["/search", "/search?q=router", "/search?q=xylophonkonzert"],
    "search.in_thread": ["/search/thread/8?q=router"],
    "intake.ask": ["/ask", "/ask?title=Router+blinkt+rot"],
    "intake.about": ["/ask/{draft}/about"],
    "intake.describe": ["/ask/{draft}/describe"],
    "intake.similar": ["/ask/{draft}/similar"],
    "intake.check": ["/ask/{draft}/check"],
    "intake.draft_list": ["/drafts"],
    "dev_mail.mail_list": ["/dev/mail"],
    "dev_mail.mail": ["/dev/mail/{mail}"],
    "accounts.verify": ["/verify/{token}", "/verify/nothing"],
    "accounts.new_password": ["/reset/nothing"],
}
FOR_STRANGERS = {
    "accounts.login": ["/login"],
    "accounts.register": ["/register"],
    "accounts.register_sent": ["/register/sent"],
    "accounts.reset": ["/reset"],
    "accounts.reset_sent": ["/reset/sent"],
    "error": ["/there/is/nothing/here"],
}
FOR_MEMBERS = {
    "accounts.account": ["/settings/account"],
    "accounts.password": ["/settings/password"],
    "accounts.change_address": ["/settings/address"],
    "accounts.session_list": ["/settings/sessions"],
    "accounts.stored": ["/settings/data"],
    "notifications.index": ["/notifications"],
    "standing.index": ["/settings/standing"],
    "flags.form": ["/posts/{other_post}/flag"],
    "threads.edit": ["/posts/{own_post}/edit"],
    "case_file.index": ["/cases"],
    "case_file.one": ["/cases/{own_case}"],
    "case_file.readings": ["/cases/readings"],
}
FOR_STAFF = {
    "appeals.inbox": ["/moderation/appeals"],
    "moderation.desk": ["/moderation", "/moderation?case={case}", "/moderation?tab=hidden"],
    "flagging.flags": ["/moderation/flags", "/moderation/flags?post={flagged}"],
    "bulk.page": ["/moderation/bulk?do=move&threads={case}", "/moderation/bulk?do=hide&threads={case}"],
    "saved_filters.index": ["/moderation/filters?owner=nobody&category=internet"],
    "known_issues.index": ["/moderation/known-issues"],
    "findability.searches": ["/moderation/searches"],
    "findability.figures": ["/moderation/figures"],
    "findability.synonym_groups": ["/moderation/synonyms"],
    "findability.synonym_group": ["/moderation/synonyms/{group}"],
    "notes.edit": ["/moderation/notes/{note}/edit"],
    "restructuring.merge_page": ["/moderation/threads/{case}/merge"],
    "restructuring.split_page": ["/moderation/threads/{case}/split"],
    "sanctions.person": ["/moderation/people/wiebke"],
    "details.closed": ["/moderation/threads/{case}/details"],
    "entries.of_thread": ["/moderation/threads/{case}/entries"],
    "entries.of_person": ["/moderation/people/wiebke/entries"],
    "entries.edit": ["/moderation/entries/{entry}"],
    "entries.index": ["/moderation/entries"],
    "opening.new": ["/moderation/cases/new"],
    "contact_cards.own": ["/moderation/settings/card"],
}
FOR_MODERATORS = {
    "notices.inbox": ["/moderation/notices"],
    "approving.held": ["/moderation/held"],
    "approving.edit": ["/moderation/held/{held_post}/edit"],
    "approving.settings": ["/moderation/settings/approval"],
    "tag_settings.index": ["/moderation/settings/tags"],
    "tag_settings.one": ["/moderation/settings/tags/1"],
    "canned_replies.settings": ["/moderation/settings/replies"],
    "canned_replies.one": ["/moderation/settings/replies/{canned_reply}"],
    "redaction.page": ["/moderation/posts/{reply}/redact"],
    "watched_words.settings": ["/moderation/settings/words"],
    "watched_words.one": ["/moderation/settings/words/{watched_word}"],
    "private_numbers.index": ["/moderation/settings/private-numbers"],
    "private_numbers.one": ["/moderation/settings/private-numbers/{number_pattern}"],
    "spam.settings": ["/moderation/settings/spam"],
    "blocking.index": ["/moderation/settings/blocks"],
}
FOR_ADMINS = {
    "request_settings.index": ["/moderation/settings/requests"],
    "request_settings.one": ["/moderation/settings/requests/my-line-is-down"],
    "form_drafts.new": ["/moderation/settings/requests/drafts/new"],
    "form_drafts.one": ["/moderation/settings/requests/drafts/{form_draft}"],
    "form_drafts.name": ["/moderation/settings/requests/drafts/{form_draft}/name"],
    "form_drafts.preview": ["/moderation/settings/requests/drafts/{form_draft}/preview"],
    "form_drafts.field": [
        f"/moderation/settings/requests/drafts/{{form_draft}}/fields/{key}"
        for key in ("lights", "speed", "customer_number")
    ],
    "hook_settings.index": ["/moderation/settings/hooks"],
    "category_settings.index": ["/moderation/settings/categories"],
    "category_settings.one": ["/moderation/settings/categories/1"],
    "staff_settings.index": ["/moderation/settings/staff"],
    "staff_settings.one": ["/moderation/settings/staff/{colleague}"],
    "erasing.page": ["/moderation/people/wiebke/erase"],
    "contact_cards.of_colleague": ["/moderation/settings/staff/{colleague}/card"],
    "permission_settings.index": [
        "/moderation/settings/permissions",
        "/moderation/settings/permissions?person=carol",
    ],
    "service_targets.calendars": ["/moderation/settings/calendars"],
    "service_targets.calendar": ["/moderation/settings/calendars/{calendar}"],
    "service_targets.targets": ["/moderation/settings/targets"],
    "service_targets.target": ["/moderation/settings/targets/internet"],
}


def endpoints() -> set[str]:
    """Every endpoint that has an address here."""
    return {*FOR_ALL, *FOR_STRANGERS, *FOR_MEMBERS, *FOR_STAFF, *FOR_MODERATORS, *FOR_ADMINS, *SHOWS_NO_PAGE}


def addresses(reader: Reader, name: str | None) -> list[str]:
    """The pages that this person is to visit, as paths: a stranger, a customer or an agent all that they can read, Dora and Jana
    what only moderators and admins can. What a page needs (a draft, a mail) is made on the way."""
    if name == "dora":
        return _filled([FOR_MODERATORS], _for_moderators(reader))
    if name == "jana":
        colleague = reader.site.rows("SELECT id FROM persons WHERE name = 'carol'")[0][0]
        return _filled(
            [FOR_ADMINS], {"calendar": _calendar(reader), "colleague": colleague, "form_draft": _form_draft(reader)}
        )
    tables = [FOR_ALL, FOR_MEMBERS if name else FOR_STRANGERS, FOR_STAFF if name == "carol" else {}]
    paths = _filled(tables, _found(reader, name))
    not_theirs = ("/verify", "/reset", *(["/cases/"] if name == "carol" else []))
    return [path for path in paths if not (name and path.startswith(not_theirs))]


def _for_moderators(reader: Reader) -> dict[str, object]:
    return {
        "canned_reply": _canned_reply(reader),
        "reply": _a_reply(reader.site),
        "held_post": _held_post(reader.site),
        "watched_word": _watched_word(reader),
        "number_pattern": _number_pattern(reader),
    }


def _a_reply(site: Site) -> int:
    return int(
        site.rows("SELECT id FROM posts WHERE number = 2 AND visibility = 'published' ORDER BY id LIMIT 1")[0][0]
    )


def _filled(tables: list[dict[str, list[str]]], values: dict[str, object]) -> list[str]:
    return [path.format(**values) for table in tables for paths in table.values() for path in paths]


def visit(reader: Reader, path: str) -> None:
    """Open one of these addresses; it must be the page that it is meant to be, not an error page."""
    status = reader.open(path)
    assert status == 200 or "nothing" in path, f"{path} answers {status}"


def _found(reader: Reader, name: str | None) -> dict[str, object]:
    site = reader.site
    main_journey.begins_to_ask(reader, "Router blinkt rot nach dem Gewitter")
    reader.write(body=main_journey.BODY)
    reader.press("Go on")
    reader.arrives("/ask/[^/]+/(similar|check)")
    draft = reader.path.split("/")[2]
    mail, text = _newest_mail(site)[0]
    return {
        "draft": draft,
        "solved_thread": _thread(site, "solved_at IS NOT NULL AND reply_count > 2"),
        "thread": _thread(site, "solved_at IS NULL AND locked_at IS NOT NULL"),
        "case": site.rows("SELECT id FROM threads WHERE waiting_since IS NOT NULL ORDER BY waiting_since LIMIT 1")[0][
            0
        ],
        "own_post": site.rows(
            "SELECT posts.id FROM posts JOIN persons ON persons.id = posts.author_id JOIN threads ON threads.id = thread_id"
            " WHERE persons.name = ? AND locked_at IS NULL AND posts.visibility = 'published' ORDER BY revision DESC",
            name or "alice",
        )[0][0],
        "own_case": site.rows(
            "SELECT threads.id FROM threads JOIN persons ON persons.id = author_id WHERE persons.name = ?"
            " AND visibility = 'published' ORDER BY threads.id",
            name if name and name != "carol" else "alice",
        )[0][0],
        "entry": _entry(reader, site) if name == "carol" else 0,
        "other_post": _others_post(site, name) if name else 0,
        "flagged": _flagged(reader, site) if name == "carol" else 0,
        "group": _synonyms(reader, site) if name == "carol" else 0,
        "note": _note(reader, site) if name == "carol" else 0,
        "mail": mail,
        "token": text.partition("/verify/")[2].split()[0],
    }


def _entry(reader: Reader, site: Site) -> int:
    """A contact by telephone that the reader noted."""
    if not site.rows("SELECT 1 FROM contact_entries"):
        ((case,),) = site.rows("SELECT id FROM threads WHERE waiting_since IS NOT NULL ORDER BY waiting_since LIMIT 1")
        reader.open(f"/moderation/threads/{case}/entries")
        reader.write(summary="Rief an und fragt nach dem Techniker.")
        reader.press("Note the contact")
        reader.open("/moderation")
    return int(site.rows("SELECT id FROM contact_entries ORDER BY id")[0][0])


def _synonyms(reader: Reader, site: Site) -> int:
    """A group of the staff's synonyms."""
    if not site.rows("SELECT 1 FROM synonym_groups"):
        reader.open("/moderation/synonyms")
        reader.write(words="KoogBox, Router, Kasten")
        reader.press("Save")
        reader.sees("Stored. Every search from now on knows it.")
    return int(site.rows("SELECT id FROM synonym_groups ORDER BY id")[0][0])


def _note(reader: Reader, site: Site) -> int:
    """A staff note of the reader's."""
    if not site.rows("SELECT 1 FROM staff_notes"):
        reader.open(_thread(site, "waiting_since IS NOT NULL"))
        reader.hands.write(reader.page.locator("#note-body"), "Rief zweimal an, **bitte zuerst**.")
        reader.press("Save the note")
    return int(site.rows("SELECT id FROM staff_notes ORDER BY id")[0][0])


def _others_post(site: Site, name: str) -> int:
    """A public post of somebody else."""
    rows = site.rows(
        "SELECT posts.id FROM posts JOIN persons ON persons.id = posts.author_id JOIN threads ON threads.id = thread_id"
        " WHERE persons.name <> ? AND posts.visibility = 'published' AND threads.visibility = 'published'"
        " AND posts.by_staff AND posts.id NOT IN (SELECT post_id FROM flags) ORDER BY posts.id",
        name,
    )
    return int(rows[0][0])


def _flagged(reader: Reader, site: Site) -> int:
    """A post that the reader has flagged."""
    if not site.rows("SELECT 1 FROM flags"):
        reader.open(f"/posts/{_others_post(site, 'carol')}/flag")
        reader.page.locator("input[name=reason][value=wrong]").check()
        reader.press("Flag the post")
        reader.sees("Thank you. Staff will look at it, and you will hear what they decide.")
    return int(site.rows("SELECT post_id FROM flags ORDER BY id")[0][0])


def _canned_reply(reader: Reader) -> int:
    """A macro of the staff's."""
    if not reader.site.rows("SELECT 1 FROM canned_replies"):
        reader.open("/moderation/settings/replies")
        reader.write(name="Neustart", text_de="Hallo {customer}, starte die Box neu.", tags="neustart")
        reader.press("Save")
        reader.sees("The canned reply is stored.")
    return int(reader.site.rows("SELECT id FROM canned_replies ORDER BY id")[0][0])


def _held_post(site: Site) -> int:
    """A reply of Alice's that waits: for a moment everybody's posts were held."""
    if not site.rows("SELECT 1 FROM held_posts WHERE decided_at IS NULL"):
        dora, alice = (Client(site).log_in(name) for name in ("dora", "alice"))
        rules = [(f"first_posts-{row[0]}", f"link_posts-{row[0]}") for row in site.rows("SELECT id FROM categories")]
        thread = _thread(site, "waiting_since IS NOT NULL AND locked_at IS NULL").split("/")[2]
        dora.post("/moderation/settings/approval", **{name: "1000" for rule in rules for name in rule})
        alice.post(f"/threads/{thread}/replies", body="Bei mir hat es mit dem anderen Kabel geklappt.")
        dora.post(
            "/moderation/settings/approval",
            **{name: value for rule in rules for name, value in zip(rule, "01", strict=True)},
        )
    return int(site.rows("SELECT post_id FROM held_posts WHERE decided_at IS NULL ORDER BY id")[0][0])


def _watched_word(reader: Reader) -> int:
    """A word for which posts are held."""
    if not reader.site.rows("SELECT 1 FROM watched_words"):
        reader.open("/moderation/settings/words")
        reader.write(written="Gewinnspiel*")
        reader.press("Save")
        reader.sees("The word is watched from now on.")
    return int(reader.site.rows("SELECT id FROM watched_words ORDER BY id")[0][0])


def _number_pattern(reader: Reader) -> int:
    """A number of the site's own that is looked for."""
    if not reader.site.rows("SELECT 1 FROM number_patterns"):
        reader.open("/moderation/settings/private-numbers")
        reader.write(name_de="Netznummer", name_en="Network number", written="NL-######", example="NL-123456")
        reader.press("Save")
        reader.sees("These numbers are found from now on.")
    return int(reader.site.rows("SELECT id FROM number_patterns ORDER BY id")[0][0])


def _calendar(reader: Reader) -> int:
    """Opening hours, and a category with targets."""
    if not reader.site.rows("SELECT 1 FROM calendars"):
        reader.open("/moderation/settings/calendars")
        reader.write(
            name="Büro", zone="Europe/Berlin", hours="Mo-Fr 8:00-12:30, 13:30-18:00", holidays="25.12.2026 Weihnachten"
        )
        reader.press("Save")
        reader.open("/moderation/settings/targets/internet")
        reader.write(first_hours="4", next_hours="8")
        reader.press("Save")
    return int(reader.site.rows("SELECT id FROM calendars ORDER BY id")[0][0])


def _form_draft(reader: Reader) -> int:
    """A form that the reader is changing."""
    if not reader.site.rows("SELECT 1 FROM form_drafts"):
        reader.open("/moderation/settings/requests/my-line-is-down")
        reader.press("Change this form")
        reader.arrives("/moderation/settings/requests/drafts/")
    return int(reader.site.rows("SELECT id FROM form_drafts ORDER BY id")[0][0])


def _thread(site: Site, condition: str) -> str:
    row = site.rows(f"SELECT id, slug FROM threads WHERE visibility = 'published' AND {condition} ORDER BY id LIMIT 1")[
        0
    ]
    return f"/threads/{row[0]}/{row[1]}"


def _newest_mail(site: Site) -> list[tuple[int, str]]:
    """Number and text of a mail whose link waits to be opened."""
    if not site.rows("SELECT 1 FROM mails WHERE name = 'verify'"):
        client = Client(site)
        client.get("/register")
        client.post("/register", name="waits", email="waits@example.net", password=NEW_PASSWORD)
    return until(lambda: site.rows("SELECT id, text FROM mails WHERE name = 'verify' ORDER BY id DESC LIMIT 1"))
