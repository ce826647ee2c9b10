"""Everything that can go wrong, in one tree.

StaffroomError                  every error of ours; `str(error)` is a sentence for a person
├── Mistake                     somebody typed or configured something we cannot use
│   └── ConfigMistakes          all mistakes of a configuration, each with its place
├── OutOfAllowance              our own spending cap would be passed: nothing was sent
├── AdapterError                what an adapter may raise, and nothing else
│   ├── Throttled               not done; may be tried again at `until`
│   ├── Unavailable             not done, as far as is known it never reached the other side; try later
│   ├── Uncertain               the connection was cut after the request left: it may have been done
│   ├── Rejected                not done and never will be as it stands; somebody has to mend it
│   │   └── NotAllowed          for want of a right that somebody there can give
│   ├── Unauthorised            the token is wrong, revoked or lacks a right
│   └── OutOfCredit             the vendor wants money first, or its own spending limit is reached
└── StoreError                  the database cannot be used
    ├── StoreLocked             another Staffroom holds it
    ├── StoreFromTheFuture      written by a newer Staffroom
    ├── StoreOutdated           needs `staffroom migrate`
    ├── StoreReadOnly           cannot be written
    ├── StoreFull               no space left
    └── LeaseLost               another worker took this slot or delivery over: drop what you were doing
"""

from collections.abc import Sequence
from datetime import datetime


class StaffroomError(Exception):
    """Its text is one or two plain sentences: what is wrong and what to do next. Never a secret, never post text."""


class Mistake(StaffroomError):
    """Somebody's input cannot be used; nothing was changed."""


class ConfigMistakes(Mistake):
    """Every mistake found in a configuration, each line with its place and what is allowed."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        count = "1 mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
        super().__init__(f"The configuration has {count}:\n" + "\n".join(f"  - {each}" for each in self.mistakes))


class OutOfAllowance(StaffroomError):
    """A read was not made because it could have passed a cap of `[budget]`."""


class AdapterError(StaffroomError):
    """The base of all that an adapter may raise."""


class Throttled(AdapterError):
    """Not done; the platform asks to wait. It costs no attempt."""

    def __init__(self, message: str, until: datetime) -> None:
        super().__init__(message)
        self.until = until


class Unavailable(AdapterError):
    """Not done; the other side is down or answered nonsense. Trying again later may help."""


class Uncertain(AdapterError):
    """The request left and no answer came: it may or may not have been done."""


class Rejected(AdapterError):
    """Refused for a reason that trying again does not change."""


class NotAllowed(Rejected):
    """Refused for want of a right. Its text says who has to allow what, and where."""


class Unauthorised(AdapterError):
    """The credentials are wrong, revoked, or lack a right. The message says which, never what they are."""


class OutOfCredit(AdapterError):
    """The vendor's account has no money left, or its spending limit is reached. Retrying only annoys it."""


class StoreError(StaffroomError):
    """The database cannot be used."""


class StoreLocked(StoreError):
    """Another Staffroom process holds the database."""


class StoreFromTheFuture(StoreError):
    """The database was written by a newer version."""


class StoreOutdated(StoreError):
    """The database was written by an older version and has to be migrated first."""


class StoreReadOnly(StoreError):
    """The database or its folder cannot be written."""


class StoreFull(StoreError):
    """There is no space left for the database."""


class LeaseLost(StoreError):
    """Another worker took over what this one had claimed; whatever it was about to record must be dropped."""
