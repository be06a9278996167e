"""The environment is made once, made good after an interruption, and made of exactly the pinned files."""

from __future__ import annotations

import functools
import hashlib
import http.server
import importlib.machinery
import importlib.util
import json
import os
import shutil
import ssl
import stat
import subprocess
import sys
import threading
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

BIN = Path(__file__).resolve().parents[2] / "bin"
INSTALLER = '#!/bin/sh\necho "$*" >> {log}\n'


def load(path: Path) -> ModuleType:
    """A command or module of bin/, which is no package."""
    loader = importlib.machinery.SourceFileLoader(f"bin_{path.name.replace('.', '_')}", str(path))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


class Site:
    """A project with bin/_setup.py, tiny requirements, and an installer that only notes what it was asked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = root / "installer.log"
        self.environment = root / ".venv"
        (root / "bin").mkdir()
        shutil.copy(BIN / "_setup.py", root / "bin")
        (root / "requirements.txt").write_text("flask==3.1.3\n")
        (root / "requirements-dev.txt").write_text("pytest==9.0.0\n")
        self.setup = load(root / "bin" / "_setup.py")
        self.installer(INSTALLER.format(log=self.log))

    def installer(self, script: str) -> None:
        uv = self.root / "uv"
        uv.write_text(script)
        uv.chmod(0o755)
        self.setup.UV = uv
        self.setup._has_uv = lambda: True

    def installed(self) -> list[str]:
        """The requirement files of each call of the installer so far."""
        calls = self.log.read_text().splitlines() if self.log.exists() else []
        return [" ".join(Path(word).name for word in call.split() if word.endswith(".txt")) for call in calls]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_second_start_installs_nothing(site: Site) -> None:
    for _start in range(2):
        env = site.setup.prepare("run")
    assert site.installed() == ["requirements.txt"]
    assert env["PATH"].startswith(str(site.environment / "bin"))
    answer = subprocess.run([site.setup.PYTHON, "-c", "import sys; print(sys.prefix)"], capture_output=True, check=True)
    assert answer.stdout.decode().strip() == str(site.environment)


def test_what_python_compiles_is_kept_whatever_the_shell_says(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in site.setup.prepare("run")


def test_an_environment_for_tests_is_ready_to_run_as_well(site: Site) -> None:
    site.setup.prepare("test")
    site.setup.prepare("run")
    assert site.installed() == ["requirements.txt requirements-dev.txt"]


def test_other_requirements_are_installed_at_the_next_start(site: Site) -> None:
    site.setup.prepare("test")
    (site.root / "requirements.txt").write_text("flask==3.1.4\n")
    site.setup.prepare("run")
    site.setup.prepare("test")
    assert site.installed()[1:] == ["requirements.txt", "requirements.txt requirements-dev.txt"]


def test_an_interrupted_installation_is_built_anew(site: Site) -> None:
    site.installer("#!/bin/sh\ntouch .venv/half-a-package\nkill -9 $$\n")
    with pytest.raises(SystemExit, match="Start the command again"):
        site.setup.prepare("run")
    site.installer(INSTALLER.format(log=site.log))
    site.setup.prepare("run")
    assert site.installed() == ["requirements.txt"]
    assert not (site.environment / "half-a-package").exists()


def test_an_environment_whose_python_has_gone_is_built_anew(site: Site) -> None:
    site.setup.prepare("run")
    for name in ("python", "python3"):
        (site.environment / "bin" / name).unlink(missing_ok=True)
    (site.environment / "bin" / "python").symlink_to("/nowhere/python3")
    site.setup.prepare("run")
    assert len(site.installed()) == 2
    assert site.setup.PYTHON.exists()


def test_of_two_starts_at_once_the_second_waits_and_finds_everything_done(site: Site) -> None:
    gate = site.root / "gate"
    os.mkfifo(gate)
    site.installer(f"{INSTALLER.format(log=site.log)}cat {gate}\n")
    start = (
        "import sys; sys.path.insert(0, 'bin'); import _setup, pathlib\n"
        f"_setup.UV = pathlib.Path({str(site.setup.UV)!r}); _setup._has_uv = lambda: True\n"
        "_setup.prepare('run')"
    )
    open_start = functools.partial(
        subprocess.Popen, [sys.executable, "-c", start], cwd=site.root, stdout=subprocess.PIPE, text=True
    )
    with open_start() as first, open_start() as second:
        assert first.stdout
        assert second.stdout
        writer = gate.open("w")  # opens once an installer is reading: one of the two is inside
        with writer:
            said = {first: "", second: ""}
            waiting = _first_to_say(said, "waiting for it")
            assert waiting in said
        assert (first.wait(20), second.wait(20)) == (0, 0)
    assert site.installed() == ["requirements.txt"]


def _first_to_say(said: dict[subprocess.Popen[str], str], words: str) -> subprocess.Popen[str]:
    heard: list[subprocess.Popen[str]] = []
    told = threading.Event()

    def listen(process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            if words in line:
                heard.append(process)
                told.set()

    for process in said:
        threading.Thread(target=listen, args=[process], daemon=True).start()
    assert told.wait(20), "nobody waits"
    return heard[0]


@pytest.mark.parametrize("name", ["run", "test", "lint", "bench"])
def test_an_old_python_is_refused_in_one_sentence(name: str) -> None:
    program = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0); sys.path.insert(0, sys.argv[1]);"
        "runpy.run_path(sys.argv[1] + '/' + sys.argv[2], run_name='__main__')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(BIN), name], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("Theke needs Python 3.11 or newer; this is Python 3.9 (")
    assert answer.stderr.count("\n") == 1


# -- The package index --------------------------------------------------------------------------------------------

CONTENT = b"a wheel"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
JSON = json.dumps({"files": [{"filename": "uv-1.whl", "url": "../../files/uv-1.whl"}]})
HTML = '<a href="../../files/uv-1.whl#sha256=abc">uv-1.whl</a>'


class Index(http.server.BaseHTTPRequestHandler):
    """A package index with one file, behind a login."""

    listing = JSON

    def do_GET(self) -> None:
        answers = {"/simple/uv/": self.listing.encode(), "/files/uv-1.whl": CONTENT}
        allowed = self.headers["Authorization"] == "Basic b3BlcmF0b3I6cyZjcmV0" or "files" in self.path
        content = answers.get(self.path) if allowed else None
        self.send_response(200 if content else 404)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://operator:s%26cret@127.0.0.1:{server.server_port}/simple"
        monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
        monkeypatch.delenv("UV_INDEX_URL", raising=False)
        monkeypatch.setenv("PIP_INDEX_URL", address)
        yield address
        server.shutdown()


@pytest.mark.parametrize("listing", [JSON, HTML], ids=["json", "html"])
def test_the_company_index_is_asked_with_its_login(
    site: Site, index: str, listing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Index, "listing", listing)
    site.environment.mkdir()
    assert site.setup._fetch("uv", "uv-1.whl", SHA256).read_bytes() == CONTENT
    assert site.setup._index_settings()["UV_DEFAULT_INDEX"] == index


def test_a_file_with_another_checksum_is_refused_and_no_password_is_shown(site: Site, index: str) -> None:
    with pytest.raises(SystemExit, match="wrong checksum") as refusal:
        site.setup._fetch("uv", "uv-1.whl", "0" * 64)
    assert "cret" not in str(refusal.value)
    assert not site.environment.exists()


def test_a_missing_file_is_said_without_the_password(site: Site, index: str) -> None:
    with pytest.raises(SystemExit, match=r"does not offer uv-2\.whl") as refusal:
        site.setup._fetch("uv", "uv-2.whl", SHA256)
    assert "cret" not in str(refusal.value)


def test_missing_certificates_are_named_with_the_command_that_installs_them(site: Site) -> None:
    error = urllib.error.URLError(ssl.SSLCertVerificationError("unable to get local issuer certificate"))
    assert "apt-get install -y ca-certificates" in site.setup._why("https://index.example/simple/uv/", error)
    assert not site.setup._may_pass(error)


def test_the_pinned_wheels_are_of_the_pinned_version(site: Site) -> None:
    assert {name.split("-")[1] for name, _checksum in site.setup.UV_WHEELS.values()} == {site.setup.UV_VERSION}


# -- The first start ----------------------------------------------------------------------------------------------


def test_the_secret_is_made_once_and_for_its_owner_alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BIN))
    run = load(BIN / "run")
    data_dir = site.root / "deep" / "instance"
    first, second = (run._settings({"DATA_DIR": str(data_dir)}) for _start in range(2))
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert len(first["SECRET_KEY"]) >= 32
    assert first["THEKE_ENV"] == "development"
    assert stat.S_IMODE((data_dir / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    assert [file.name for file in data_dir.iterdir()] == ["secret_key"]


def test_a_given_secret_is_used_and_none_is_written(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BIN))
    env = load(BIN / "run")._settings({"DATA_DIR": str(site.root / "data"), "SECRET_KEY": "given"})
    assert env["SECRET_KEY"] == "given"
    assert not (site.root / "data" / "secret_key").exists()


def test_only_a_newer_translation_is_compiled(site: Site) -> None:
    source = site.root / "translations" / "de" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    source.touch()
    assert site.setup._is_stale(source)
    source.with_suffix(".mo").touch()
    os.utime(source, (1, 1))
    assert not site.setup._is_stale(source)
