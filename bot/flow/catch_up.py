"""Catch up: reactions that were made while the bot was away become marks. Nothing is ever ended here."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.domain.content import ShowDigest
from bot.domain.delivery import Delivery
from bot.domain.library import number_meant, reaction_origin
from bot.errors import AdapterError
from bot.ports import ChatAdapter, SeenReaction
from bot.services.parts import Parts
from bot.services.shelf import save_post

LOOK_BACK = timedelta(days=7)

log = structlog.get_logger(__name__)


async def catch_up(parts: Parts) -> None:
    """Reads the reactions on last week's digests, where the platform lets itself be asked."""
    for chat in parts.chats.values():
        for workspace in chat.workspaces():
            if chat.abilities(workspace.id).read_reactions:
                await _catch_up_in(parts, chat, workspace.id)


async def _catch_up_in(parts: Parts, chat: ChatAdapter, workspace: str) -> None:
    async with parts.store.reading() as tx:
        deliveries = await tx.outbox.recent(workspace, parts.clock.now() - LOOK_BACK)
    for delivery in deliveries:
        if delivery.message is not None:
            try:
                seen = await chat.reactions(delivery.channel, delivery.message)
            except AdapterError as problem:
                log.info("reactions not read", delivery=delivery.id, problem=str(problem))
            else:
                await _learn_from(parts, delivery, delivery.message, seen)


async def _learn_from(parts: Parts, delivery: Delivery, message: str, seen: Sequence[SeenReaction]) -> None:
    slots = [part.slot for part in delivery.content if isinstance(part, ShowDigest)]
    async with parts.store.transaction() as tx:
        digest = await tx.digests.get(delivery.channel.workspace, slots[0]) if slots else None
        if digest is None:
            return
        posts = {item.number: item.post for item in digest.items}
        for reaction in seen:
            number = number_meant(reaction.emoji, len(posts))
            if number is not None:
                origin = reaction_origin(message, reaction.emoji)
                now = parts.clock.now()
                await save_post(tx, reaction.person, posts[number], origin=origin, at=now, seen_again=True)
