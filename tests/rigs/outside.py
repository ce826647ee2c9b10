"""Distributions that are not part of this repository, installed for real."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OUTSIDE_CHAT = Path(__file__).with_name("outside_chat")

_PIP = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")


@contextmanager
def installed(project: Path, folder: Path) -> Iterator[None]:
    """Builds and installs the project into the folder, where Python finds it as long as this lasts."""
    done = subprocess.run(  # noqa: S603 - our own files
        [sys.executable, *_PIP, "--disable-pip-version-check", "--target", str(folder), str(project)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(folder)):
                del sys.modules[name]
