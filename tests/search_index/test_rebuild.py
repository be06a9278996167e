"""A new index takes the old one's place in one step; damage is survived."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from search_index import rebuild
from search_index.engines.contract import IndexUnavailable
from search_index.engines.whoosh import WhooshEngine
from tests.search_index.cases import STORY, ids, index_of


def directories(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir() if path.is_dir())


def test_a_rebuild_swaps_and_sweeps(tmp_path: Path) -> None:
    engine = index_of(tmp_path)
    reader = WhooshEngine(tmp_path)
    assert reader.count() == len(STORY)
    before = directories(tmp_path)
    assert engine.recreate(STORY[:3]) == 3
    assert reader.count() == 3
    after = directories(tmp_path)
    assert len(after) == 1
    assert after != before


def test_leftovers_of_a_killed_rebuild_are_swept_by_the_next(tmp_path: Path) -> None:
    engine = index_of(tmp_path)
    left = rebuild.new_directory(tmp_path, "1")
    (left / "half.trm").write_bytes(b"half")
    (tmp_path / "current.0123").write_text("half")
    engine.recreate(STORY)
    assert not left.exists()
    assert not (tmp_path / "current.0123").exists()


def test_an_index_of_another_version_is_not_read(tmp_path: Path) -> None:
    index_of(tmp_path)
    (tmp_path / "current").write_text("v0-0123456789ab\n")
    with pytest.raises(IndexUnavailable):
        WhooshEngine(tmp_path).count()


@pytest.mark.parametrize("content", ["../../etc", "v1-0123456789ab/../x", "", "\x00"])
def test_a_pointer_that_points_elsewhere_is_no_index(tmp_path: Path, content: str) -> None:
    index_of(tmp_path)
    (tmp_path / "current").write_text(content)
    with pytest.raises(IndexUnavailable):
        WhooshEngine(tmp_path).count()


def _files(home: Path, ending: str) -> list[Path]:
    found = [path for path in home.rglob("*") if path.name.endswith(ending)]
    assert found
    return found


def _remove_directory(home: Path) -> None:
    for path in sorted(home.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    home.rmdir()


def _change(ending: str, change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def damage(home: Path) -> None:
        for path in _files(home, ending):
            path.write_bytes(change(path.read_bytes()))

    return damage


def _remove(ending: str) -> Callable[[Path], None]:
    return lambda home: [path.unlink() for path in _files(home, ending)].clear()


def _flipped(content: bytes) -> bytes:
    return _flipped_at(content, len(content) // 2)


def _flipped_at(content: bytes, start: int) -> bytes:
    return content[:start] + bytes(byte ^ 0xFF for byte in content[start : start + 64]) + content[start + 64 :]


DAMAGES = {
    "directory deleted": _remove_directory,
    "table of contents truncated": _change(".toc", lambda content: content[: len(content) // 2]),
    "table of contents flipped": _change(".toc", lambda content: _flipped_at(content, len(content) - 100)),
    "table of contents empty": _change(".toc", lambda _: b""),
    "table of contents missing": _remove(".toc"),
    "terms truncated": _change(".trm", lambda content: content[: len(content) // 2]),
    "terms flipped": _change(".trm", _flipped),
    "terms empty": _change(".trm", lambda _: b""),
    "terms missing": _remove(".trm"),
    "postings truncated": _change(".pst", lambda content: content[: len(content) // 2]),
    "postings flipped": _change(".pst", _flipped),
    "postings empty": _change(".pst", lambda _: b""),
    "postings missing": _remove(".pst"),
    "facts truncated": _change("facts.col", lambda content: content[: len(content) // 2]),
    "facts flipped": _change("facts.col", _flipped),
    "texts truncated": _change("text.col", lambda content: content[: len(content) // 2]),
    "texts flipped": _change("text.col", _flipped),
    "texts missing": _remove("text.col"),
}


@pytest.mark.parametrize("open_before", [False, True], ids=["reader opens after", "reader open before"])
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_index_is_unavailable_or_answers_and_can_be_rebuilt(
    tmp_path: Path, damage: Callable[[Path], None], open_before: bool
) -> None:
    home = tmp_path / "index"
    index_of(home)
    reader = WhooshEngine(home)
    if open_before:
        reader.count()
    damage(home)
    for title in (one.title for one in STORY):
        with contextlib.suppress(IndexUnavailable):
            assert set(ids(reader.similar(title, "", "de"))) <= {one.thread_id for one in STORY}
    assert WhooshEngine(home).check() != []
    reader.recreate(STORY)
    assert WhooshEngine(home).check() == []
    assert ids(reader.similar("internet langsam", "", "de"))[0] == 2
