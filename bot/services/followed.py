"""What is known of short links while the process lives, so that none is asked twice."""

from datetime import datetime, timedelta

from bot.domain.links import host_of

MOST_REMEMBERED = 10_000
REST = timedelta(hours=1)
"""How long a host is left alone that could not be reached."""


class Followed:
    """Forgets what it learned first, once it knows too much."""

    def __init__(self) -> None:
        self._leads: dict[str, str] = {}
        self._resting: dict[str, datetime] = {}

    def lead_of(self, url: str) -> str:
        """Where it led; empty where that is not known."""
        return self._leads.get(url, "")

    def may_ask(self, url: str, now: datetime) -> bool:
        """Whether it was not asked yet, and its host is not to be left alone."""
        return url not in self._leads and self._resting.get(host_of(url), now) <= now

    def remember(self, url: str, leads: str = "") -> None:
        """Without where it leads: that it leads nowhere."""
        self._leads[url] = leads
        if len(self._leads) > MOST_REMEMBERED:
            del self._leads[next(iter(self._leads))]

    def leave_alone(self, url: str, until: datetime) -> None:
        """Its host, which is one of a short list."""
        self._resting[host_of(url)] = until
