"""What was learned lately, for a while and not without bound."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

MOST_REMEMBERED = 5_000

K = TypeVar("K")
V = TypeVar("V")


class Memory(Generic[K, V]):
    """What is too old is still there for when nobody answers. `now` says what time it is."""

    def __init__(self, now: Callable[[], datetime], holds: timedelta, most: int = MOST_REMEMBERED) -> None:
        self._now = now
        self._holds = holds
        self._most = most
        self._known: OrderedDict[K, tuple[V, datetime]] = OrderedDict()

    def fresh(self, key: K) -> V | None:
        found = self._known.get(key)
        return found[0] if found and found[1] > self._now() else None

    def old(self, key: K) -> V | None:
        found = self._known.get(key)
        return found[0] if found else None

    def put(self, key: K, value: V) -> V:
        self._known[key] = (value, self._now() + self._holds)
        self._known.move_to_end(key)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return value

    def forget(self, key: K) -> None:
        self._known.pop(key, None)
