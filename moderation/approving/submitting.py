"""From what somebody is about to post to what the judges are asked, and from what they answer to what becomes of it."""

from __future__ import annotations

from community.core.site import own_hosts
from community.threads.holding import Offer, Verdict

from .judging import Outcome, Submission, judgements
from .links import links_in


def judge(offer: Offer) -> Verdict:
    """Asks every judge. It is refused if one refuses it, held if one holds it."""
    found = judgements(submission_of(offer))
    return Verdict(
        grounds=tuple({"ground": one.ground, "detail": one.detail} for one in found),
        is_refused=any(one.outcome is Outcome.REFUSE for one in found),
        category_id=offer.category_id,
    )


def submission_of(offer: Offer) -> Submission:
    """What judges look at. Of a text that is there already only new links count."""
    rendered, before = offer.words.rendered, offer.edits
    hosts = own_hosts()
    links = links_in(rendered.html, f"{offer.title}\n{rendered.plain}", hosts)
    if before is not None:
        title = before.thread.title if before.number == 1 else ""
        known = set(links_in(before.html, f"{title}\n{before.plain}", hosts))
        links = tuple(link for link in links if link not in known)
    return Submission(
        author_id=offer.by.id,
        category_id=offer.category_id,
        title=offer.title,
        text=offer.words.source,
        plain=rendered.plain,
        links=links,
        edited_id=before.id if before is not None else None,
    )
