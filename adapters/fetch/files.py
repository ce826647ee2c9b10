"""Files beside the configuration."""

import os
from pathlib import Path
from stat import S_ISREG

from adapters.fetch.answers import LARGEST
from bot.errors import Rejected

WITHOUT_SURPRISES = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
)
"""A pipe that nobody writes into must not stop everything, nor may the name become a link after it was looked at."""


def read_beside(folder: Path, name: str) -> str:
    """The text of a file in the folder or below it. Raises Rejected."""
    try:
        file = (folder / name).resolve()
        if not file.is_relative_to(folder.resolve()):
            raise Rejected(f"{name} lies outside of the configuration's folder. Put it beside the configuration.")
        with os.fdopen(os.open(file, WITHOUT_SURPRISES), "rb") as opened:
            if not S_ISREG(os.fstat(opened.fileno()).st_mode):
                raise Rejected(f"{name} is no file. Check its name.")
            body = opened.read(LARGEST + 1)
    except FileNotFoundError:
        raise Rejected(f"There is no file {name} beside the configuration. Check its name.") from None
    except (OSError, ValueError, RuntimeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else "it has no usable name"
        raise Rejected(f"{name} cannot be read: {reason[0].lower()}{reason[1:]}.") from None
    if len(body) > LARGEST:
        raise Rejected(f"{name} is larger than 1 MiB, so it is not read. Use a smaller calendar.")
    return body.decode("utf-8", "replace").removeprefix("\ufeff")
