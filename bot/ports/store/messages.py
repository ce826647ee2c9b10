"""What is to be sent, and what happened in the chats."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.delivery import Delivery, Lane, NewDelivery, Outcome
from bot.domain.events import Event
from bot.domain.keys import ChannelKey, PersonKey, PostKey


class Outbox(Protocol):
    async def put(self, delivery: NewDelivery, at: datetime, expires_at: datetime | None = None) -> bool:
        """False where one with that key is there already."""
        ...

    async def claim(self, worker: str, now: datetime, lease: timedelta, lane: Lane, most: int) -> list[Delivery]:
        """The earliest deliveries of the lane that are due: queued, uncertain and to be asked about, shown in another
        version than desired, or left behind in `sending` by a worker whose lease ended (then its state says UNCERTAIN).
        A queued one is `sending`, sent at `now`, from now on. None waits for the one it belongs `under`: that is shown,
        accepted, lost, abandoned or removed already."""
        ...

    async def release(self, workspace: str, now: datetime) -> None:
        """Whoever has claimed a delivery there is gone: their leases end now."""
        ...

    async def next_due(self, now: datetime) -> datetime | None:
        """When the earliest delivery that waits for its next attempt is due; None where none waits."""
        ...

    async def record(self, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        """Raises LeaseLost where the fence is no longer the delivery's."""
        ...

    async def refresh(
        self, workspace: str, deliveries: Collection[str], now: datetime, at_most_every: timedelta = timedelta(0)
    ) -> None:
        """Wants a newer version of them shown, not before `at_most_every` has passed since a newer one was shown last;
        attempts count anew. A page that was given up, or taken without a reference, is queued again."""
        ...

    async def by_key(self, workspace: str, key: str) -> Delivery | None: ...

    async def get(self, workspace: str, delivery: str) -> Delivery | None: ...

    async def is_unsettled(self, channel: ChannelKey) -> bool:
        """Whether a digest is on its way to the channel whose message is not known yet."""
        ...

    async def by_message(self, channel: ChannelKey, message: str) -> Delivery | None: ...

    async def showing(self, workspace: str, post: PostKey) -> list[str]:
        """The deliveries that show this post, or will once they arrive: what they say was read before; of a digest in
        cards only its card."""
        ...

    async def looking_back_on(self, workspace: str, items: Collection[str]) -> list[str]:
        """The round-ups that show any of these items of the library, or may once they arrive. Looked for only when
        something is taken back, so it may take a moment."""
        ...

    async def sharing(self, workspace: str, items: Collection[str]) -> list[str]:
        """The messages to all, outside digests, that show any of these items of the library, or will once they arrive.
        Looked for only when something is taken back, so it may take a moment."""
        ...

    async def quoting(self, workspace: str, posts: Collection[PostKey], items: Collection[str]) -> list[str]:
        """The deliveries outside digests that are shown, or will be once they arrive, and quote any of these posts or
        items of the library. Looked for only when something is taken back, so it may take a moment."""
        ...

    async def naming(self, person: PersonKey) -> list[str]:
        """The deliveries whose sentences are about this person."""
        ...

    async def forget_answers(self, before: datetime) -> int:
        """Empties what was said to one person alone before then, outside digests, and is not on its way any more: what
        they typed is quoted in it, and nobody can take it back everywhere. A page of our own shows it no longer, nor
        what they typed there. Whose they were is forgotten, too. Returns how many were emptied."""
        ...

    async def drop_pages(self, person: PersonKey) -> None:
        """Forgets that this person's own page was shown, wherever nothing more is to become of it."""
        ...

    async def recent(self, workspace: str, since: datetime) -> list[Delivery]:
        """Shown deliveries of digests since then."""
        ...

    async def unseeded(self, workspace: str, count: int) -> list[Delivery]:
        """Shown deliveries that still want the bot's own reactions, oldest first."""
        ...

    async def set_seeded(self, workspace: str, delivery: str) -> None: ...

    async def count_troubled(self, workspace: str) -> dict[str, int]:
        """How many are uncertain, lost or abandoned, by state; states without one are left out, and so is what was
        refused to one person alone, who may have wanted that."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """An event of the inbox, claimed by one worker. `attempts` is how often it was claimed before."""

    event: Event
    received_at: datetime
    attempts: int
    fence: int

    @property
    def at(self) -> datetime:
        """When it happened, by the platform's time where it gave one, else when it arrived."""
        return self.event.happened_at or self.received_at


class Events(Protocol):
    async def put(self, event: Event, at: datetime) -> bool:
        """False where the key was there already."""
        ...

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Received | None:
        """The earliest unfinished event that is due, whose earlier worker if any lost its lease."""
        ...

    async def done(self, received: Received) -> None:
        """Raises LeaseLost where the fence is no longer the event's."""
        ...

    async def failed(self, received: Received, problem: str, next_attempt_at: datetime | None) -> None:
        """To be tried again then; with None, kept as failed for a person to look at."""
        ...

    async def erase(self, person: PersonKey, until: datetime) -> None:
        """Empties what the person did until then, whether it waits or failed: it is not worked off any more."""
        ...
