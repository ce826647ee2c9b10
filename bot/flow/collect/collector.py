"""Reads for the slots that are due soon."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import structlog

from bot.domain.channel import Channel, Slot
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Reading, SlotKind
from bot.errors import AdapterError, StaffroomError, StoreError, Unavailable
from bot.flow.collect.probe import probe
from bot.flow.collect.reader import Reader
from bot.ports import PostSource, Transaction
from bot.services.parts import Parts
from bot.services.reading.troubles import source_failed, source_worked

LEAD = timedelta(minutes=5)
LEASE = timedelta(minutes=10)

log = structlog.get_logger(__name__)

Outcome = Mapping[ChannelKey, Reading]


class Collector:
    """Reads for slots. It remembers nothing: what is due, and what has been read, stands in the store."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def collect(self) -> None:
        """Reads for every slot due within the lead, where somebody could get its digest. A slot whose source is in
        trouble waits, unless waiting is idle. Without slots, sources that refused are asked whether they still do."""
        now = self._parts.clock.now()
        async with self._parts.store.transaction() as tx:
            slots = await tx.slots.claim_reading(now, now + LEAD, LEASE)
            slots = await self._without_roundups(tx, slots)
            known = [await tx.channels.get(slot.channel) for slot in slots]
        channels = [each for each in known if each and self._parts.chat_of(each.key.workspace)]
        if slots:
            outcomes = {name: await self._read(name, channels) for name in self._sources_of(channels)}
            await self._mark(slots, {channel.key: channel for channel in channels}, outcomes)
        else:
            await self._probe()

    async def _without_roundups(self, tx: Transaction, slots: Sequence[Slot]) -> list[Slot]:
        """A round-up tells what colleagues did: nothing has to be read, and paid, for it."""
        roundups = [slot for slot in slots if slot.kind is SlotKind.ROUNDUP]
        await tx.slots.set_reading(roundups, Reading.DONE)
        return [slot for slot in slots if slot not in roundups]

    def _sources_of(self, channels: Iterable[Channel]) -> list[str]:
        used = dict.fromkeys(name for channel in channels for name in channel.sources)
        return [name for name in used if name in self._parts.sources]

    async def _read(self, name: str, channels: Sequence[Channel]) -> Outcome:
        source = self._parts.sources[name]
        readers = [channel for channel in channels if name in channel.sources]
        if self._parts.breakers.keeps_from_digests(name, self._parts.clock.now()):
            return self._unread(source, readers)
        try:
            in_part = await Reader(self._parts, source).read(readers)
        except StoreError:
            raise
        except AdapterError as problem:
            return await self._in_trouble(source, problem, readers)
        except Exception:
            log.exception("source failed", source=name)
            unforeseen = Unavailable("it failed in a way nobody foresaw; see the log")
            return await self._in_trouble(source, unforeseen, readers)
        await source_worked(self._parts, source)
        return {each.key: Reading.PART if each.key in in_part else Reading.DONE for each in readers}

    async def _in_trouble(self, source: PostSource, problem: StaffroomError, readers: Sequence[Channel]) -> Outcome:
        await source_failed(self._parts, source, problem)
        return self._unread(source, readers)

    def _unread(self, source: PostSource, readers: Sequence[Channel]) -> Outcome:
        """It is idle to wait until somebody has paid."""
        idle = self._parts.breakers.needs_somebody(source.name)
        return {each.key: Reading.PART if idle else Reading.WAITING for each in readers}

    async def _mark(
        self, slots: Sequence[Slot], channels: Mapping[ChannelKey, Channel], outcomes: Mapping[str, Outcome]
    ) -> None:
        async with self._parts.store.transaction() as tx:
            for slot in slots:
                channel = channels.get(slot.channel)
                readings = [
                    outcomes[name][slot.channel] for name in (channel.sources if channel else ()) if name in outcomes
                ]
                await tx.slots.set_reading([slot], _worst(readings))

    async def _probe(self) -> None:
        for name, source in self._parts.sources.items():
            breakers = self._parts.breakers
            if breakers.needs_somebody(name) and not breakers.is_open(name, self._parts.clock.now()):
                await probe(self._parts, source)


def _worst(readings: Iterable[Reading]) -> Reading:
    worst_first = (Reading.WAITING, Reading.PART, Reading.DONE)
    found = set(readings)
    return next((each for each in worst_first if each in found), Reading.DONE)
