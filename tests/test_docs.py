"""What is documented is complete and true: settings, commands, actions, recurring jobs, checks, dependencies, decisions, words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from community import timetable
from community.config import ROOT, SETTINGS
from community.core import doctor
from community.core.events import Action

DOCS = ROOT / "docs"
OPERATIONS = (DOCS / "operations.md").read_text()
ARCHITECTURE = (DOCS / "architecture.md").read_text()
DEPENDENCIES = (DOCS / "dependencies.md").read_text()
#: Commands that Flask brings along; an operator needs none but `db`.
OF_FLASK = {"run", "shell", "routes", "db"}


def first_cells(text: str) -> list[str]:
    """The code words in the first cell of every row of every table."""
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]
    return [word for row in rows for word in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.variable)
def test_every_setting_is_in_the_table(setting: object) -> None:
    assert setting.variable in first_cells(OPERATIONS)  # type: ignore[attr-defined]


def test_the_table_names_no_setting_that_does_not_exist() -> None:
    named = {word for word in first_cells(OPERATIONS) if re.fullmatch(r"[A-Z][A-Z_]+", word)}
    assert named == {setting.variable for setting in SETTINGS}


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.variable)
def test_every_default_is_the_real_one(setting: object) -> None:
    (row,) = [line for line in OPERATIONS.splitlines() if line.startswith(f"| `{setting.variable}` |")]  # type: ignore[attr-defined]
    default = setting.default  # type: ignore[attr-defined]
    if isinstance(default, (str, int)) and default not in ("", False) and setting.variable != "DATA_DIR":  # type: ignore[attr-defined]
        assert f"`{default}`" in row.split("|")[2]


def commands(group: click.Group, prefix: str = "flask") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if prefix == "flask" and name in OF_FLASK:
            continue
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


def test_every_command_and_option_is_documented(app: Flask) -> None:
    missing = []
    for name, command in commands(app.cli):
        if name not in OPERATIONS:
            missing.append(name)
        missing += [
            f"{name} {option.opts[0]}"
            for option in command.params
            if isinstance(option, click.Option) and option.opts[0] not in OPERATIONS
        ]
    assert missing == []


def test_every_command_that_is_documented_exists(app: Flask) -> None:
    known = {name.removeprefix("flask ") for name, _command in commands(app.cli)} | {"db upgrade", "db downgrade"}
    for named in re.findall(r"`flask ([a-z][a-z -]*[a-z])", OPERATIONS):
        assert any(named == name or named.startswith(f"{name} ") for name in known), named


def test_every_command_says_what_it_does(app: Flask) -> None:
    assert [name for name, command in commands(app.cli) if not command.help] == []


def test_every_action_is_documented_and_none_else() -> None:
    named = {word for word in first_cells(ARCHITECTURE) if re.fullmatch(r"[a-z]+\.[a-z_]+", word)}
    assert named == {action.value for action in Action}


def test_every_recurring_job_is_documented_and_none_else() -> None:
    named = {
        word for word in first_cells(OPERATIONS) if re.fullmatch(r"[a-z]+\.[a-z_]+", word) and "sqlite" not in word
    }
    assert named == set(timetable.EVERY)


def test_every_check_of_the_doctor_is_documented(app: Flask) -> None:
    assert set(doctor.checks()) <= set(first_cells(OPERATIONS))


def test_every_dependency_has_its_reason_and_none_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = [
        *project["project"]["dependencies"],
        *(name for extra in project["project"].get("optional-dependencies", {}).values() for name in extra),
        *project["dependency-groups"]["dev"],
    ]
    names = {re.split(r"[\[<>=~! ]", requirement)[0] for requirement in declared}
    assert set(first_cells(DEPENDENCIES)) == names
    for row in [line for line in DEPENDENCIES.splitlines() if line.startswith("| `")]:
        assert len(row.split("|")[2].strip()) > 5, row


def test_every_room_and_module_of_the_house_is_drawn() -> None:
    for package in ("community", "moderation", "search_index"):
        assert f"{package}/" in ARCHITECTURE
    for path in (ROOT / "community").iterdir():
        if path.name.startswith(("__", ".")):
            continue
        assert re.search(rf"^  {path.stem}/?\s", ARCHITECTURE, re.MULTILINE), path.stem


def test_the_arrows_drawn_are_the_arrows_held() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    held = [re.findall(r"[a-z_]+(?:\.[a-z_]+)*", layer) for layer in contract["layers"]]
    held = [[name for name in layer if exists(name)] for layer in held]
    block = ARCHITECTURE.split("### Arrows")[1].split("```")[1]
    drawn = [line.split(", ") for line in block.strip().splitlines()]
    assert [sorted(layer) for layer in drawn] == [sorted(layer) for layer in held if layer]


def exists(module: str) -> bool:
    path = ROOT / module.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_decisions_are_numbered_without_gaps_and_say_when_and_what_follows() -> None:
    found = sorted((DOCS / "decisions").glob("*.md"))
    assert [path.name[:4] for path in found] == [f"{number:04}" for number in range(1, len(found) + 1)]
    for path in found:
        text = path.read_text()
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert "**Decided**" in text, path.name
        assert "**What follows.**" in text, path.name


def pages() -> list[Path]:
    return [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_link_within_the_documents_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_path_that_is_named_exists(page: Path) -> None:
    top = r"(?:community|moderation|search_index|templates|static|tests|bin|docs|migrations)"
    for named in re.findall(rf"`({top}/[\w./-]+)`", page.read_text()):
        assert (ROOT / named).exists(), named


def test_the_log_of_changes_is_open() -> None:
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text()
