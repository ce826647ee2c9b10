"""Who asked to be forgotten: kept so that nothing which happened before, and no backup, brings them back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.domain.keys import PersonKey


@dataclass(frozen=True, slots=True)
class Forgotten:
    """`digest` is that of `digest_of`, `at` when they asked last."""

    digest: str
    at: datetime


def digest_of(person: PersonKey) -> str:
    """Who has the id of somebody can tell whether they asked; who has not learns nothing of them."""
    return sha256(f"{person.workspace}\0{person.person}".encode(errors="replace")).hexdigest()


def forgotten_meanwhile(then: Mapping[str, datetime], now: Iterable[Forgotten]) -> list[Forgotten]:
    """Those of `now` who asked after what was known `then`, by digest."""
    return [each for each in now if each.digest not in then or then[each.digest] < each.at]
