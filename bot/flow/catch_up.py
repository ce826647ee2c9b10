"""Catch up: reactions that were made while the bot was away become marks. Nothing is ever ended here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.delivery import Delivery
from bot.domain.library import reaction_origin
from bot.errors import AdapterError, Rejected
from bot.ports import ChatAdapter, SeenReaction
from bot.services.parts import Parts
from bot.services.shelf import save_post
from bot.services.tapped import digest_shown_by, item_tapped

LOOK_BACK = timedelta(days=7)

log = structlog.get_logger(__name__)


async def catch_up(parts: Parts) -> bool:
    """Reads the reactions on last week's digests, where the platform lets itself be asked. False where one could not
    be asked just now."""
    done = [
        await _catch_up_in(parts, chat, workspace.id)
        for chat in parts.chats.values()
        for workspace in chat.workspaces()
        if chat.abilities(workspace.id).read_reactions
    ]
    return all(done)


async def _catch_up_in(parts: Parts, chat: ChatAdapter, workspace: str) -> bool:
    async with parts.store.reading() as tx:
        deliveries = await tx.outbox.recent(workspace, parts.clock.now() - LOOK_BACK)
    for delivery in deliveries:
        if delivery.message is not None:
            asked_at = parts.clock.now()
            try:
                seen = await chat.reactions(delivery.channel, delivery.message)
            except Rejected as refusal:
                log.info("reactions cannot be read", delivery=delivery.id, problem=str(refusal))
            except AdapterError as problem:
                log.info("reactions not read yet", workspace=workspace, problem=str(problem))
                return False
            else:
                await _learn_from(parts, delivery, delivery.message, seen, asked_at)
    return True


async def _learn_from(
    parts: Parts, delivery: Delivery, message: str, seen: Sequence[SeenReaction], asked_at: datetime
) -> None:
    async with parts.store.transaction() as tx:
        shown = await digest_shown_by(tx, delivery)
        for reaction in seen:
            tapped = item_tapped(shown, reaction.emoji, parts.shelves) if shown else None
            if tapped is not None:
                item, shelf = tapped
                origin = reaction_origin(message, reaction.emoji)
                await save_post(
                    tx, reaction.person, item.post, origin=origin, at=asked_at, shelf=shelf, seen_again=True
                )
