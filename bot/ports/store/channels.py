"""Channels and what was chosen for them."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.domain.calendar.school import CalendarRead
from bot.domain.channel import AtOnce, Channel, Following, Origin, Workspace
from bot.domain.keys import ChannelKey
from bot.domain.rules import Less, Rule, RuleKind
from bot.domain.taste import Vote
from bot.domain.topic import Topic


class Topics(Protocol):
    async def follow(self, channel: ChannelKey, topic: Topic, origin: Origin, by: str | None, at: datetime) -> bool:
        """False where the channel followed it already; its origin then stays as it was."""
        ...

    async def unfollow(self, channel: ChannelKey, topic: Topic) -> bool:
        """False where the channel did not follow it."""
        ...

    async def followed(self, channel: ChannelKey) -> list[Following]:
        """In the order they were followed."""
        ...

    async def watched(self) -> list[Topic]:
        """Every topic that any channel follows, each once."""
        ...

    async def account_ids(self, topics: Collection[Topic]) -> dict[Topic, str]:
        """The user ids of the account topics that are known."""
        ...

    async def set_account_id(self, topic: Topic, account_id: str) -> None: ...

    async def set_at_once(self, channel: ChannelKey, topic: Topic, at_once: AtOnce | None) -> bool:
        """False where the channel does not follow it."""
        ...

    async def wanted_at_once(self) -> dict[ChannelKey, dict[Topic, AtOnce]]:
        """What channels want within minutes; those that want nothing so are left out."""
        ...

    async def followers(self) -> dict[Topic, list[ChannelKey]]:
        """The channels that follow each watched topic, and share what reading it costs."""
        ...


class Channels(Protocol):
    async def put_workspace(self, workspace: Workspace) -> None: ...

    async def workspaces(self) -> list[Workspace]: ...

    async def put(self, channel: Channel) -> None:
        """Adds it or replaces what was known; its workspace must be there."""
        ...

    async def get(self, key: ChannelKey) -> Channel | None: ...

    async def all(self) -> list[Channel]:
        """By workspace and channel."""
        ...

    async def remove(self, key: ChannelKey) -> None:
        """With its subscriptions and unclaimed slots. Digests, deliveries and the library stay."""
        ...


class Calendars(Protocol):
    """School calendars as they were read last, by the place they are at."""

    async def put(self, calendar: CalendarRead) -> None: ...

    async def of(self, places: Collection[str]) -> dict[str, CalendarRead]:
        """Those that were ever tried."""
        ...


class Rules(Protocol):
    async def put(self, rule: Rule) -> bool:
        """False where it was there already. One of a kind of which there is one at a time replaces the one of the same
        channel."""
        ...

    async def remove(self, workspace: str, channel: str, kind: RuleKind, value: str) -> bool:
        """False where it was not there."""
        ...

    async def of(self, workspace: str) -> list[Rule]:
        """All of the workspace and its channels, oldest first."""
        ...

    async def ask_for_less(self, less: Less) -> None:
        """Adds it; the same person and post again is one wish, as old as the newest."""
        ...

    async def take_back_less(self, less: Less) -> None:
        """The person no longer asks for less like this post."""
        ...

    async def votes(self, channel: ChannelKey, since: datetime | None, least: int = 1) -> list[Vote]:
        """Standing saves of posts that the channel's digests showed, and wishes for less there, made since then; each
        person and post once a kind, oldest first. In somebody's own channel only that person's. With `least`, saves of
        what so many people saved, or somebody vouched for."""
        ...


class Notices(Protocol):
    async def first_time(self, workspace: str, key: str, at: datetime) -> bool:
        """Whether nobody has been told about `key` since it was last cleared; from now on somebody has."""
        ...

    async def told_at(self, workspace: str, key: str) -> datetime | None:
        """When somebody was told first since it was last cleared; None where nobody was."""
        ...

    async def told(self, workspace: str, keys: Collection[str]) -> set[str]:
        """Those of the keys about which somebody was told since they were last cleared."""
        ...

    async def clear(self, workspace: str, key: str) -> bool:
        """False where nobody had been told."""
        ...
