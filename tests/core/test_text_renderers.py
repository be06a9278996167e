"""Rendering runs in processes that can be killed, and its failure is never the author's problem."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from community.core.text import bounds, pool, render, render_html, renderers
from community.core.text.pool import Renderers

ROOT = Path(pool.__file__).parents[3]

SPINNING = """
import community.core.text.child as child
def spin(source, people, own_hosts):
    while True: pass
def swell(source, people, own_hosts):
    return [source * 1000 for _ in range(10**9)]
child._RENDERERS |= {"spin": spin, "swell": swell, "sleep": lambda *_: __import__("time").sleep(60)}
child.main()
"""


@pytest.fixture
def own_renderers():
    fresh = Renderers()
    yield fresh
    fresh.close()


@pytest.fixture
def misbehaving(own_renderers, monkeypatch):
    """Renderers that can be asked to do what no text should be able to make them do."""
    popen = subprocess.Popen

    def start(command, **options):
        return popen([command[0], "-c", SPINNING], **options)

    monkeypatch.setattr(pool.subprocess, "Popen", start)
    return own_renderers


def test_a_text_is_rendered_by_a_child():
    assert render("*a*").html == "<p><em>a</em></p>"
    assert render_html("<p><i>a</i></p>").html == "<p><em>a</em></p>"
    assert all(each.process.pid != os.getpid() for each in renderers._all)


def test_people_are_looked_up_in_this_process():
    asked = []

    def mentions(name):
        asked.append(name)
        return "/people/alice" if name == "alice" else None

    rendered = render("@alice @bob `@carol`", mentions=mentions)
    assert asked == ["alice", "bob"]
    assert rendered.mentioned == ("alice",)
    assert rendered.html == '<p><a href="/people/alice">@alice</a> @bob <code>@carol</code></p>'


def test_an_error_while_looking_up_people_passes_through_and_spoils_nothing():
    def broken(name):
        raise LookupError(name)

    with pytest.raises(LookupError):
        render("@alice", mentions=broken)
    assert not render("a").degraded


def test_own_hosts_reach_the_child():
    assert "nofollow" not in render("https://forum.example/x", own_hosts={"forum.example"}).html


def test_a_renderer_is_used_again(own_renderers):
    own_renderers.render("markdown", "a", None, frozenset())
    (first,) = own_renderers._all
    own_renderers.render("markdown", "b", None, frozenset())
    assert own_renderers._all == {first}


def test_a_renderer_is_renewed_after_its_share(own_renderers, monkeypatch):
    monkeypatch.setattr(pool, "RENDERS_PER_CHILD", 1)
    own_renderers.render("markdown", "a", None, frozenset())
    (first,) = own_renderers._all
    own_renderers.render("markdown", "b", None, frozenset())
    assert first not in own_renderers._all
    assert first.process.returncode is not None


@pytest.mark.parametrize("kind", ["spin", "swell"])
def test_a_text_that_takes_too_much_is_shown_as_written(misbehaving, kind):
    rendered = misbehaving.render(kind, "<b>*a*", None, frozenset())
    assert rendered.degraded
    assert rendered.html == '<pre class="unrendered" tabindex="0">&lt;b&gt;*a*</pre>'
    assert rendered.plain == "<b>*a*"
    assert misbehaving._all == set()
    assert misbehaving.render("markdown", "*a*", None, frozenset()).html == "<p><em>a</em></p>"


def test_processor_time_is_counted_per_text(misbehaving):
    misbehaving.render("markdown", "a", None, frozenset())
    (renderer,) = misbehaving._all
    assert misbehaving.render("spin", "a", None, frozenset()).degraded
    assert renderer.process.returncode == -signal.SIGPROF


def test_a_renderer_that_waits_for_ever_is_killed(misbehaving, monkeypatch):
    monkeypatch.setattr(pool, "RENDER_WALL_SECONDS", 1.0)
    assert misbehaving.render("sleep", "a", None, frozenset()).degraded
    assert misbehaving._all == set()


def test_a_renderer_that_died_while_idle_is_replaced(own_renderers):
    own_renderers.render("markdown", "a", None, frozenset())
    (first,) = own_renderers._all
    first.process.kill()
    first.process.wait()
    assert not own_renderers.render("markdown", "a", None, frozenset()).degraded


def test_a_renderer_that_cannot_be_started_costs_only_the_looks(own_renderers, monkeypatch):
    monkeypatch.setattr(pool.sys, "executable", "/nowhere/python")
    assert own_renderers.render("markdown", "*a*", None, frozenset()).degraded


def test_many_threads_share_two_renderers():
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda number: render(f"*{number}*").html, range(200)))
    assert results == [f"<p><em>{number}</em></p>" for number in range(200)]
    assert len(renderers._all) <= bounds.RENDERERS


def test_a_forked_process_starts_renderers_of_its_own():
    script = """
import os
from community.core.text import render, renderers
render("a")
before = {each.process.pid for each in renderers._all}
child = os.fork()
if child == 0:
    assert not renderers._all
    assert render("*b*").html == "<p><em>b</em></p>"
    assert not before & {each.process.pid for each in renderers._all}
    renderers.close()
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert render("*c*").html == "<p><em>c</em></p>"
assert {each.process.pid for each in renderers._all} == before
"""
    subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=ROOT, check=True, timeout=60)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc")
def test_a_renderer_ends_with_its_parent():
    script = """
import os, signal
from community.core.text import render, renderers
render("a")
print(next(iter(renderers._all)).process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False, timeout=60)
    pid = int(ended.stdout)
    deadline = time.monotonic() + 10
    while _is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_running(pid)


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_renderer_has_no_secrets_and_loads_little():
    script = """
import sys
import community.core.text.child
for unwanted in ("flask", "sqlalchemy", "numpy", "whoosh"):
    assert unwanted not in sys.modules, unwanted
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=60)
    renderers.warm()
    renderer = next(iter(renderers._all))
    environment = Path(f"/proc/{renderer.process.pid}/environ")
    if environment.exists():
        assert environment.read_bytes().strip(b"\0") == b""
