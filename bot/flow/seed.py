"""Seed: the bot's own reactions below its digests, for people to tap. Best effort, after everything else."""

from datetime import datetime, timedelta

import structlog

from bot.domain.delivery import Delivery
from bot.errors import AdapterError, Throttled, Unavailable, Uncertain
from bot.ports import ChatAdapter
from bot.services.parts import Parts

AT_ONCE = 5
PAUSE = timedelta(minutes=1)
WORTH_ADDING_FOR = timedelta(hours=3)

log = structlog.get_logger(__name__)


class Seeder:
    """Leaves a workspace alone for as long as it asks for that; what waits there is not forgotten."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._not_before: dict[str, datetime] = {}

    async def turn(self) -> bool:
        """Adds them to a few messages of each workspace. False where none could be done."""
        done = False
        for chat in self._parts.chats.values():
            for workspace in chat.workspaces():
                done |= await self._seed_in(chat, workspace.id)
        return done

    async def _seed_in(self, chat: ChatAdapter, workspace: str) -> bool:
        if self._not_before.get(workspace, self._parts.clock.now()) > self._parts.clock.now():
            return False
        self._not_before.pop(workspace, None)
        async with self._parts.store.reading() as tx:
            waiting = await tx.outbox.unseeded(workspace, AT_ONCE)
        for delivery in waiting:
            if not await self._is_dealt_with(chat, delivery):
                return False
            async with self._parts.store.transaction() as tx:
                await tx.outbox.set_seeded(workspace, delivery.id)
        return bool(waiting)

    async def _is_dealt_with(self, chat: ChatAdapter, delivery: Delivery) -> bool:
        able = chat.abilities(delivery.channel.workspace).seeded_reactions
        if delivery.message is None or not able or await self._is_old(delivery):
            return True
        try:
            await chat.seed(delivery.channel, delivery.message, delivery.seeds)
        except Throttled as wait:
            self._not_before[delivery.channel.workspace] = wait.until
            return False
        except (Unavailable, Uncertain):
            self._not_before[delivery.channel.workspace] = self._parts.clock.now() + PAUSE
            return False
        except AdapterError as problem:
            log.info("reactions not added", delivery=delivery.id, problem=str(problem))
        return True

    async def _is_old(self, delivery: Delivery) -> bool:
        async with self._parts.store.reading() as tx:
            slot = await tx.slots.get(delivery.channel.workspace, delivery.slot) if delivery.slot else None
        return slot is not None and self._parts.clock.now() - slot.due_at > WORTH_ADDING_FOR
