"""Departments: channels that share a library of their own beside that of the workspace."""

import re

from bot.domain.topic import folded, plain
from bot.errors import Mistake

MOST_LETTERS = 40
WORKSPACE = ""
"""The key of the library of the workspace itself."""
_NOT_IN_A_KEY = re.compile(r"[^\w]+")
_TAKEN = frozenset({"", "all", "none", "me"})


def library_key(name: str) -> str:
    """By which a department's library is kept and asked for: `Modern Languages` is `modern-languages`."""
    return _NOT_IN_A_KEY.sub("-", folded(name)).strip("-_")


def parse_department(text: str) -> str:
    """The name as it is shown. Raises Mistake."""
    name = " ".join(plain(text).split())
    if len(name) > MOST_LETTERS:
        raise Mistake(f"The name of a department has at most {MOST_LETTERS} characters.")
    if library_key(name) in _TAKEN:
        raise Mistake("Name the department with letters, such as Maths or Modern Languages.")
    return name
