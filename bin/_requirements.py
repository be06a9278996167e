"""requirements*.txt are the lock (uv.lock) in the form that any installer reads; they are never written by hand."""

import argparse
import subprocess
import sys

import _setup

EXPORTS = {
    "requirements.txt": ["--no-dev", "--extra", "scale"],
    "requirements-dev.txt": ["--only-group", "dev"],
}


def exported(options: list[str]) -> str:
    """The pins and hashes of one file. Ends the command when the lock does not fit pyproject.toml."""
    command = [_setup.UV, "export", "--quiet", "--locked", "--no-emit-project", "--no-header", *options]
    answer = subprocess.run(command, cwd=_setup.ROOT, check=False, capture_output=True, text=True)
    if answer.returncode:
        raise _setup.Unready(f"{answer.stderr}bin/lint --update-requirements brings the lock in step.")
    return answer.stdout


def check() -> int:
    """1 if a file differs from the lock, or the lock from pyproject.toml."""
    drifted = [name for name, options in EXPORTS.items() if (_setup.ROOT / name).read_text() != exported(options)]
    for name in drifted:
        print(f"{name} is not what uv.lock says; bin/lint --update-requirements writes it anew")
    return 1 if drifted else 0


def update() -> int:
    """Bring the lock in step with pyproject.toml, changing as little as possible, and write the files from it."""
    _setup.call([str(_setup.UV), "lock", "--quiet"])
    for name, options in EXPORTS.items():
        (_setup.ROOT / name).write_text(exported(options))
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=["check", "update"])
    sys.exit({"check": check, "update": update}[parser.parse_args().act]())
