"""Counts what an import of a Stack Exchange dump must give, straight from the XML: `python count_dump.py DIR`.

Shares no code with the importer, on purpose: the two are held against each other. Prints JSON.
"""

import json
import re
import sys
from html import unescape
from pathlib import Path

ROW = re.compile(r'<row((?:\s+\w+="[^"]*")*)\s*/>')
FIELD = re.compile(r'(\w+)="([^"]*)"')


def read(folder: Path, name: str) -> list[dict[str, str]]:
    file = folder / name
    if not file.exists():
        return []
    text = file.read_text(encoding="utf-8-sig")
    rows = [{key: unescape(value) for key, value in FIELD.findall(found)} for found in ROW.findall(text)]
    first: dict[str, dict[str, str]] = {}
    for row in rows:
        if re.fullmatch(r"-?\d+", row.get("Id", "")):
            first.setdefault(row["Id"], row)
    return list(first.values())


def count(folder: Path) -> dict[str, int]:
    posts = read(folder, "Posts.xml")
    comments = read(folder, "Comments.xml")
    questions = {
        row["Id"]: row
        for row in posts
        if row.get("PostTypeId") == "1" and (row.get("Title", "").strip() or row.get("Body", "").strip())
    }
    answers = {
        row["Id"]: row
        for row in posts
        if row.get("PostTypeId") == "2" and row.get("Body", "").strip() and row.get("ParentId") in questions
    }
    comments = [
        row
        for row in comments
        if row.get("Text", "").strip() and (row.get("PostId") in questions or row.get("PostId") in answers)
    ]
    tags = {tag for row in questions.values() for tag in re.findall(r"[^<>|]+", row.get("Tags", ""))[:5]}
    tags |= {row["TagName"] for row in read(folder, "Tags.xml") if row.get("TagName")}
    upvotes = [
        row for row in read(folder, "Votes.xml") if row.get("VoteTypeId") == "2" and row.get("PostId") in answers
    ]
    return {
        "threads": len(questions),
        "replies": len(answers) + len(comments),
        "comments": len(comments),
        "solutions": sum(
            answers.get(row.get("AcceptedAnswerId", ""), {}).get("ParentId") == number
            for number, row in questions.items()
        ),
        "tags": len({tag.lower() for tag in tags}),
        "duplicates": duplicates(read(folder, "PostLinks.xml"), set(questions)),
        "helpful_votes": len(upvotes) + sum(max(0, int(row.get("Score", "0"))) for row in comments),
    }


def duplicates(links: list[dict[str, str]], questions: set[str]) -> int:
    master: dict[str, str] = {}
    for link in sorted(links, key=lambda row: int(row["Id"])):
        if link.get("LinkTypeId") != "3":
            continue
        asked, older = link.get("PostId", ""), link.get("RelatedPostId", "")
        if asked not in questions or older not in questions or asked in master:
            continue
        end = older
        while end in master:
            end = master[end]
        if end != asked:
            master[asked] = end
    return len(master)


if __name__ == "__main__":
    print(json.dumps(count(Path(sys.argv[1])), indent=2))
