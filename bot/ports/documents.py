"""Things the engine has to read that are no posts: calendars, where a short link leads, what a page is called."""

from typing import Protocol


class Documents(Protocol):
    """Reads what somebody configured, guarded: public addresses only, and limits on size, time and redirects."""

    async def read(self, place: str) -> str:
        """The text behind a link, or in a file beside the configuration. Raises Unavailable, Throttled, or Rejected
        with a sentence for whoever configured it."""
        ...

    async def leads_to(self, url: str) -> str:
        """Where a short link leads, without reading what is there. Raises Unavailable, Throttled or Rejected."""
        ...

    async def title(self, url: str) -> str:
        """What a page says it is called, in one line; empty where it does not say, or is no page. Raises Unavailable,
        Throttled or Rejected."""
        ...
