"""What every command here needs before it can begin: an environment with exactly the pinned packages.

Uses only the standard library, because a fresh machine has nothing else: no pip, no venv package, no curl, no git.
Each step leaves a trace when it is complete, so the next start skips it, and a start that was interrupted is made good.
"""

import base64
import contextlib
import fcntl
import hashlib
import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

OLDEST_PYTHON = (3, 11)
if sys.version_info < OLDEST_PYTHON:
    sys.exit(
        "Theke needs Python 3.11 or newer; this is Python %d.%d (%s)." % (*sys.version_info[:2], sys.executable)  # noqa: UP031
    )

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
UV = ENVIRONMENT / "bin" / "uv"
UNFINISHED = ENVIRONMENT / "unfinished"
"""Stands in the environment while it is being changed; an environment that carries it is built anew."""

REQUIREMENTS = {"run": ["requirements.txt"], "test": ["requirements.txt", "requirements-dev.txt"]}

DEFAULT_INDEX = "https://pypi.org/simple"
UV_VERSION = "0.13.9"
UV_WHEELS = {
    "x86_64": (
        f"uv-{UV_VERSION}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    "aarch64": (
        f"uv-{UV_VERSION}-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
}
PIP_WHEEL = ("pip-26.3-py3-none-any.whl", "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13")
DOWNLOAD_TRIES = 3


class Unready(SystemExit):
    """The machine lacks something; the message says what, and how to get it. Ends the command with status 1."""


def prepare(purpose: str) -> dict[str, str]:
    """Make the environment ready for `purpose` ("run" or "test"); returns the environment variables to work with.

    Safe to call from two commands at once (the second waits) and after one was killed half-way. Raises `Unready`.
    """
    with _alone():
        if not _is_ready(purpose):
            _build(purpose)
        _compile_translations()
    # What Python has compiled it keeps, whatever the shell says: else each process compiles every package anew, for seconds.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return inherited | {
        "PATH": f"{ENVIRONMENT / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "VIRTUAL_ENV": str(ENVIRONMENT),
        "PYTHONUNBUFFERED": "1",
    }


def say(text: str) -> None:
    """One short line for the person who waits."""
    print(text, flush=True)


@contextlib.contextmanager
def step(text: str):
    """Say what begins, and afterwards how long it took."""
    say(f"{text} ...")
    began = time.monotonic()
    yield
    say(f"  done in {time.monotonic() - began:.1f} s")


# -- The environment ----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _alone():
    """Hold the lock of the project; the kernel frees it even when this process is killed."""
    with open(__file__, "rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another command is preparing the environment; waiting for it ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _stamp(purpose: str) -> Path:
    return ENVIRONMENT / f"ready-to-{purpose}"


def _wanted(purpose: str) -> str:
    """What the stamp must say: the requirements' content and the Python they were installed for."""
    digest = hashlib.sha256(os.path.realpath(PYTHON).encode())
    for name in REQUIREMENTS[purpose]:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _is_ready(purpose: str) -> bool:
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    try:
        return _stamp(purpose).read_text() == _wanted(purpose)
    except FileNotFoundError:
        return False


def _build(purpose: str) -> None:
    if not _is_sound():
        with step(f"Creating the environment with Python {platform.python_version()}"):
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
            call([sys.executable, "-m", "venv", "--without-pip", str(ENVIRONMENT)])
    UNFINISHED.touch()
    _install(purpose)
    for ready_for, names in REQUIREMENTS.items():
        if set(names) <= set(REQUIREMENTS[purpose]):
            _stamp(ready_for).write_text(_wanted(ready_for))
    UNFINISHED.unlink()


def _is_sound() -> bool:
    """Can this environment be added to? Not when a change was cut short, or when its Python has gone or moved on."""
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    question = "import os, sys, sysconfig; sys.exit(not os.path.isdir(sysconfig.get_path('purelib')))"
    return subprocess.run([PYTHON, "-c", question], check=False, capture_output=True).returncode == 0


def _install(purpose: str) -> None:
    files = [argument for name in REQUIREMENTS[purpose] for argument in ("-r", str(ROOT / name))]
    if _has_uv():
        command = [str(UV), "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes", *files]
    else:
        command = [str(PYTHON), f"{_pip_wheel()}/pip", "install", "--quiet", "--no-input", "--require-hashes", *files]
    with step(f"Installing the packages of {' and '.join(REQUIREMENTS[purpose])}"):
        call(command, env=os.environ | _index_settings())


def _index_settings() -> dict[str, str]:
    """uv reads neither pip's variables nor the system's certificates unless told, and stumbles without a home."""
    settings = {"UV_PYTHON_DOWNLOADS": "never", "UV_SYSTEM_CERTS": "true", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if not os.access(Path("~").expanduser(), os.W_OK):
        settings["UV_NO_CACHE"] = "1"
    if _index() != DEFAULT_INDEX:
        settings |= {"UV_DEFAULT_INDEX": _index(), "PIP_INDEX_URL": _index()}
    return settings


def call(command: list[str], env: dict[str, str] | None = None) -> None:
    if status := subprocess.run(command, env=env, cwd=ROOT, check=False).returncode:
        raise Unready(f"That did not work (status {status}). Start the command again to continue.")


# -- The installer ------------------------------------------------------------------------------------------------


def _has_uv() -> bool:
    """Is the pinned uv here and does it run on this machine? Fetches it if need be."""
    if not _runs_uv() and platform.machine() in UV_WHEELS:
        with step(f"Fetching the installer uv {UV_VERSION}"):
            wheel = _fetch("uv", *UV_WHEELS[platform.machine()])
            _unpack(wheel, f"uv-{UV_VERSION}.data/scripts/uv", UV)
            wheel.unlink()
    return _runs_uv()


def _runs_uv() -> bool:
    try:
        answer = subprocess.run([UV, "--version"], check=False, capture_output=True, text=True)
    except OSError:
        return False
    return answer.stdout.startswith(f"uv {UV_VERSION} ") or answer.stdout.strip() == f"uv {UV_VERSION}"


def _pip_wheel() -> Path:
    """For machines without a uv of their own: pip runs straight from its wheel."""
    with step("Fetching pip, because uv does not run on this machine"):
        return _fetch("pip", *PIP_WHEEL)


def _unpack(wheel: Path, member: str, target: Path) -> None:
    unfinished = target.with_suffix(".part")
    with zipfile.ZipFile(wheel) as archive, archive.open(member) as source, unfinished.open("wb") as copy:
        shutil.copyfileobj(source, copy)
    unfinished.chmod(0o755)
    unfinished.replace(target)


def _fetch(package: str, filename: str, sha256: str) -> Path:
    """Download one file of the package index into the environment. Raises `Unready` unless the checksum is right."""
    page = f"{_index().rstrip('/')}/{package}/"
    listing = _get(page, accept="application/vnd.pypi.simple.v1+json, text/html;q=0.5").decode()
    link = re.search(rf'"([^"]*/{re.escape(filename)})(?:#[^"]*)?"', listing)
    if not link:
        raise Unready(f"The package index {_without_login(page)} does not offer {filename}.")
    content = _get(urljoin(page, link[1]))
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Unready(f"{filename} from {_without_login(page)} is not the file that was expected: wrong checksum.")
    target = ENVIRONMENT / filename
    target.write_bytes(content)
    return target


def _index() -> str:
    """The package index of the company, if it names one in the way uv or pip would read it."""
    named = (os.environ.get(name) for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"))
    return next(filter(None, named), DEFAULT_INDEX)


def _get(address: str, accept: str = "*/*") -> bytes:
    request = urllib.request.Request(_without_login(address), headers={"Accept": accept})
    login = urlsplit(address)
    if login.username:
        pair = f"{unquote(login.username)}:{unquote(login.password or '')}"
        request.add_header("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")
    for attempt in range(1, DOWNLOAD_TRIES + 1):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read()
        except (OSError, urllib.error.URLError) as error:
            if attempt == DOWNLOAD_TRIES or not _may_pass(error):
                raise Unready(_why(request.full_url, error)) from None
            time.sleep(attempt)
    raise AssertionError("unreachable")


def _may_pass(error: OSError) -> bool:
    """Is another attempt worth it? Not for a plain refusal or for certificates that cannot be checked."""
    return getattr(error, "code", 503) >= 500 and not isinstance(_cause(error), ssl.SSLCertVerificationError)


def _cause(error: OSError) -> object:
    return getattr(error, "reason", error)


def _why(address: str, error: OSError) -> str:
    host = urlsplit(address).hostname
    if isinstance(_cause(error), ssl.SSLCertVerificationError):
        return (
            f"The certificate of {host} cannot be checked, probably because this machine has no list of authorities.\n"
            "Install it as root, then start again:  apt-get update && apt-get install -y ca-certificates\n"
            "(A company's own authority: put its certificate into a file and name that file in SSL_CERT_FILE.)"
        )
    return (
        f"{address} cannot be reached: {_cause(error)}.\n"
        "The first start needs a package index; name your own in PIP_INDEX_URL, a proxy in HTTPS_PROXY."
    )


def _without_login(address: str) -> str:
    parts = urlsplit(address)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


# -- Translations -------------------------------------------------------------------------------------------------


def _compile_translations() -> None:
    if any(map(_is_stale, ROOT.glob("translations/*/LC_MESSAGES/*.po"))):
        with step("Compiling the translations"):
            call([str(PYTHON), str(ROOT / "bin" / "_translations.py"), "compile"])


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns
