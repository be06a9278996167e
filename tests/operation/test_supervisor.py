"""One supervisor keeps server and worker alive and takes them down: shown with tiny programs in their place."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from community.core import supervisor

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
Answer = TypeVar("Answer")

# Children note their process numbers, one a line, in the file that they are given as $0.
SLEEPER = 'echo $$ >> "$0"; exec sleep 600'
STUBBORN = 'trap "" TERM; echo $$ >> "$0"; while :; do sleep 600; done'
PARENT = 'sleep 600 & echo $! >> "$0.grandchild"; echo $$ >> "$0"; wait'


class Tree:
    """A supervisor in a process of its own, with shell programs as its children."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.process: subprocess.Popen[str] | None = None

    def grow(self, programs: dict[str, str], **constants: float) -> None:
        """Start the supervisor over `programs` (name to shell script), with its constants set as given."""
        commands = {name: ["/bin/sh", "-c", script, str(self.directory / name)] for name, script in programs.items()}
        program = (
            "from community.core import supervisor\n"
            f"vars(supervisor).update({constants!r})\n"
            f"supervisor.supervise([supervisor.Command(*item) for item in {list(commands.items())!r}])\n"
        )
        self.process = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # whoever runs these tests may ignore it
        )

    def numbers(self, name: str) -> list[int]:
        file = self.directory / name
        return [int(line) for line in file.read_text().split()] if file.exists() else []

    def newest(self, name: str, count: int = 1) -> int:
        """The process number of the `count`-th process of a child, once there is one."""
        return until(lambda: (self.numbers(name)[count - 1 :] or [0])[0])

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal to the supervisor; its status and all that it said."""
        assert self.process
        self.process.send_signal(number)
        said, _errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said

    def fell(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)
        if self.process and self.process.stdout:
            self.process.stdout.close()


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    tree = Tree(tmp_path)
    yield tree
    tree.fell()


def until(question: Callable[[], Answer]) -> Answer:
    deadline = time.monotonic() + PATIENCE
    while not (answer := question()):
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)
    return answer


def lives(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("victim", ["server", "worker"])
def test_a_killed_child_comes_back_and_the_other_is_left_alone(tree: Tree, victim: str) -> None:
    tree.grow({"server": SLEEPER, "worker": SLEEPER})
    first = {name: tree.newest(name) for name in ("server", "worker")}
    os.kill(first[victim], signal.SIGKILL)
    assert lives(tree.newest(victim, 2))
    [other] = first.keys() - {victim}
    assert tree.numbers(other) == [first[other]]
    assert f"{victim} was ended by SIGKILL; starts again in 0.5 s" in tree.end()[1]


def test_the_pause_doubles_with_each_quick_failure_up_to_the_longest(tree: Tree) -> None:
    tree.grow({"server": 'echo $$ >> "$0"; exit 3'}, FIRST_PAUSE=0.1, LONGEST_PAUSE=0.3)
    tree.newest("server", 4)
    said = tree.end()[1]
    assert [line[-5:] for line in said.splitlines() if "ended with status 3" in line][:3] == ["0.1 s", "0.2 s", "0.3 s"]


def test_a_child_that_lasted_starts_over_with_the_first_pause(tree: Tree) -> None:
    tree.grow({"server": SLEEPER}, HEALTHY_AFTER=0.0, FIRST_PAUSE=0.1)
    for count in (1, 2, 3):
        os.kill(tree.newest("server", count), signal.SIGKILL)
    tree.newest("server", 4)
    assert tree.end()[1].count("starts again in 0.1 s") == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_whole_tree(tree: Tree, number: signal.Signals) -> None:
    tree.grow({"server": SLEEPER, "worker": SLEEPER})
    children = [tree.newest("server"), tree.newest("worker")]
    status, said = tree.end(number)
    assert status == 0
    assert said.endswith("Stopping ...\nStopped.\n")
    assert not any(map(lives, children))


def test_a_child_that_will_not_go_is_killed_in_the_end(tree: Tree) -> None:
    tree.grow({"worker": STUBBORN}, STOP_WITHIN=0.2)
    child = tree.newest("worker")
    assert tree.end()[0] == 0
    assert not lives(child)


def test_a_second_signal_ends_everything_at_once(tree: Tree) -> None:
    tree.grow({"worker": STUBBORN}, STOP_WITHIN=600.0)
    child = tree.newest("worker")
    assert tree.process
    assert tree.process.stdout
    tree.process.send_signal(signal.SIGTERM)
    while tree.process.stdout.readline() != "Stopping ...\n":
        pass
    assert tree.end(signal.SIGINT)[0] == 0
    assert not lives(child)


def test_what_a_killed_child_had_started_is_swept_up(tree: Tree) -> None:
    tree.grow({"server": PARENT}, LEFTOVERS_STOP_WITHIN=0.1)
    child = tree.newest("server")
    grandchild = tree.newest("server.grandchild")
    os.kill(child, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{grandchild}").exists())
    assert lives(tree.newest("server", 2))


def test_the_children_end_when_the_supervisor_is_killed(tree: Tree) -> None:
    tree.grow({"server": SLEEPER, "worker": SLEEPER})
    children = [tree.newest("server"), tree.newest("worker")]
    assert tree.end(signal.SIGKILL)[0] == -signal.SIGKILL
    until(lambda: not any(map(lives, children)))


# -- Theke's own tree ---------------------------------------------------------------------------------------------


def check_start(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "community.core.supervisor", "--check"],
        cwd=ROOT,
        env=os.environ | {"THEKE_ENV": "development"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_taken_port_is_said_clearly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = check_start(PORT=str(port))
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"Port {port} is taken by another program.")
    assert "Traceback" not in answer.stderr
    assert check_start(PORT=str(port)).returncode == 0


def test_an_address_of_another_machine_is_said_clearly() -> None:
    with pytest.raises(supervisor.CannotListen, match=r"Cannot listen on 192\.0\.2\.1, port 8000"):
        supervisor.listen("192.0.2.1", 8000)


def test_a_public_address_without_a_proxy_is_refused() -> None:
    answer = check_start(HOST="0.0.0.0", THEKE_ENV="production")
    assert answer.returncode == 1
    assert "BEHIND_PROXY" in answer.stderr


def test_visitors_wait_while_the_server_comes_back(tmp_path: Path) -> None:
    (tmp_path / "hello.py").write_text(
        "import os\n"
        "def app(environ, start_response):\n"
        "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
        "    return [str(os.getppid()).encode()]\n"
    )
    with supervisor.listen("127.0.0.1", 0) as visitors:
        fd, port = visitors.fileno(), visitors.getsockname()[1]
        server = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gunicorn.conf.py"), "-w", "1"]
        command = ["Server", [*server, "--chdir", str(tmp_path), "hello:app"]]
        program = f"from community.core.supervisor import *\nsupervise([Command(*{command!r})], [{fd}])"
        environment = os.environ | {"THEKE_ENV": "development", supervisor.SOCKET_VARIABLE: str(fd)}
        process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment, pass_fds=[fd])
    try:
        first = ask(port)
        os.kill(first, signal.SIGKILL)
        assert ask(port)
        until(lambda: ask(port) != first)
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0


def ask(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE) as answer:
        return int(answer.read())
