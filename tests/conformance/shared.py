"""Where descriptions and recordings of other people lie: beside the repository, if at all."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared"


def shared(name: str) -> Path:
    """The file; a test that needs it is skipped where it is absent, unless this is CI and the folder is there."""
    path = SHARED / name
    if not path.exists():
        if os.environ.get("CI") == "true" and SHARED.exists():
            pytest.fail(f"../shared/{name} is missing.")
        pytest.skip(f"../shared/{name} is not here.")
    return path
