"""One line of `staffroom doctor`."""

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it is, and where it is not well, what to do."""

    name: str
    health: Health
    finding: str
    remedy: str = ""
