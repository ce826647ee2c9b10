"""When digests come, and those that came."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.channel import NewSlot, Slot
from bot.domain.digest import Digest
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.schedule import Reading, SlotKind, SlotState


class Slots(Protocol):
    async def plan(self, slot: NewSlot) -> bool:
        """False where the channel has one of that kind and key already. An unclaimed one then takes the new time; where
        that differs, its posts have to be read anew."""
        ...

    async def drop_planned(
        self, channel: ChannelKey, kind: SlotKind, keep: Collection[str], due_after: datetime | None = None
    ) -> None:
        """Forgets unclaimed slots of the kind whose key is not kept; only those due after then, where that is given."""
        ...

    async def claim_reading(self, now: datetime, due_before: datetime, lease: timedelta) -> list[Slot]:
        """Unclaimed slots due before then whose posts have not been read and that nobody is reading for, earliest
        first; until the lease ends nobody else reads for them or claims them."""
        ...

    async def set_reading(self, slots: Collection[Slot], reading: Reading) -> None:
        """What came of reading; nobody is reading for them any more."""
        ...

    async def claim(self, worker: str, now: datetime, lease: timedelta, patience: timedelta) -> Slot | None:
        """The earliest due slot, now this worker's until the lease ends: one whose posts have been read, or that has
        waited for them longer than `patience`. One whose lease ended may be claimed again, with a higher fence."""
        ...

    async def finish(self, slot: Slot, state: SlotState, note: str = "") -> None:
        """Raises LeaseLost where the fence is no longer the slot's."""
        ...

    async def get(self, workspace: str, slot: str) -> Slot | None: ...

    async def next_due(self, channel: ChannelKey) -> Slot | None:
        """The earliest slot that has not been composed. Round-ups and cards that come at once do not count."""
        ...

    async def latest(self, channel: ChannelKey, kind: SlotKind, count: int) -> list[Slot]:
        """The newest finished ones, newest first."""
        ...


class Digests(Protocol):
    async def put(self, digest: Digest, seen_keys: Collection[str], at: datetime) -> None:
        """Stores it and what the channel has now seen."""
        ...

    async def get(self, workspace: str, slot: str) -> Digest | None: ...

    async def last(self, channel: ChannelKey) -> Digest | None:
        """The one that reaches furthest. Cards that came at once are none, here and in `latest`."""
        ...

    async def latest(self, channel: ChannelKey) -> Digest | None:
        """The one that was composed last."""
        ...

    async def past(self, channels: Collection[ChannelKey], limit: int, offset: int) -> tuple[list[Digest], int]:
        """Those of all these channels, composed last first, and how many there are in all. Cards that came at once are
        none, nor are round-ups."""
        ...

    async def seen(self, channel: ChannelKey, keys: Collection[str], before: datetime | None = None) -> set[str]:
        """Those of the keys that the channel has seen, or had seen before then."""
        ...

    async def seen_elsewhere(self, channel: ChannelKey, keys: Collection[str], since: datetime) -> set[str]:
        """Those of the keys that another channel of the workspace, one that is still there, has seen since then. What
        somebody's personal digest showed tells the others nothing."""
        ...

    async def shown(self, channel: ChannelKey, since: datetime) -> list[PostKey]:
        """The posts of the channel's digests composed since then, each once, newest digest first."""
        ...
