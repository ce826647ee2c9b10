"""Catch up: reactions that were made while the bot was away become marks. Nothing is ever ended here."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.delivery import Delivery
from bot.domain.department import WORKSPACE
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.library import reaction_origin
from bot.domain.people import Profile, Standing
from bot.errors import AdapterError, NotAllowed, Rejected
from bot.ports import ChatAdapter, SeenReaction, Transaction
from bot.services.library.shelf import Placing, save_post
from bot.services.parts import Parts
from bot.services.people.roles import is_admin, may_save, vouches
from bot.services.posts.tapped import ShownDigest, digest_shown_by, item_tapped
from bot.services.report import clear_report, report

LOOK_BACK = timedelta(days=7)

log = structlog.get_logger(__name__)


async def catch_up(parts: Parts) -> bool:
    """One turn of it, from the beginning."""
    return await CatchUp(parts).turn()


class CatchUp:
    """Remembers which messages it has dealt with, and until all are who people are: it goes on where it was asked to
    wait."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._dealt_with: set[str] = set()
        self._profiles: dict[PersonKey, Profile] = {}

    async def turn(self) -> bool:
        """Reads the reactions on last week's digests, where the platform lets itself be asked. False where one could
        not be asked just now."""
        done = [
            await self._catch_up_in(chat, workspace.id)
            for chat in self._parts.chats.values()
            for workspace in chat.workspaces()
            if chat.abilities(workspace.id).read_reactions
        ]
        if all(done):
            self._profiles.clear()
        return all(done)

    async def _catch_up_in(self, chat: ChatAdapter, workspace: str) -> bool:
        async with self._parts.store.reading() as tx:
            deliveries = await tx.outbox.recent(workspace, self._parts.clock.now() - LOOK_BACK)
        for delivery in deliveries:
            if delivery.message is None or delivery.id in self._dealt_with:
                continue
            try:
                await self._deal_with(chat, delivery, delivery.message)
            except NotAllowed as refusal:
                await self._tell(delivery.channel, refusal)
            except Rejected as refusal:
                log.info("reactions cannot be read", delivery=delivery.id, problem=str(refusal))
            except AdapterError as problem:
                log.info("reactions not read yet", workspace=workspace, problem=str(problem))
                return False
            self._dealt_with.add(delivery.id)
        return True

    async def _deal_with(self, chat: ChatAdapter, delivery: Delivery, message: str) -> None:
        asked_at = self._parts.clock.now()
        seen = await chat.reactions(delivery.channel, message)
        async with self._parts.store.reading() as tx:
            shown = await digest_shown_by(tx, delivery)
            was_told = await tx.notices.told_at(delivery.channel.workspace, _unread(delivery.channel))
        if was_told:
            async with self._parts.store.transaction() as tx:
                await clear_report(tx, delivery.channel.workspace, _unread(delivery.channel))
        if shown is None:
            return
        saving = [each for each in seen if item_tapped(shown, each.emoji, self._parts.shelves)]
        for reaction in saving:
            await self._learn_who(chat, reaction.person.key)
        if saving:
            async with self._parts.store.transaction() as tx:
                await self._save(tx, shown, message, saving, asked_at)

    async def _tell(self, key: ChannelKey, refusal: NotAllowed) -> None:
        """Once for each channel, until it can be read there."""
        async with self._parts.store.transaction() as tx:
            channel = await tx.channels.get(key)
            if channel is None or channel.owner:
                return
            sentence = (
                f"A save may be missing in {channel.name}: Staffroom was away for a while and may not look who reacted "
                f"to a digest there meanwhile. {refusal}"
            )
            await report(tx, self._parts, key.workspace, _unread(key), sentence)

    async def _learn_who(self, chat: ChatAdapter, person: PersonKey) -> None:
        """Nobody waits for an answer here, so what the platform does not say just now is asked again."""
        if person in self._profiles:
            return
        try:
            self._profiles[person] = await chat.profile(person)
        except Rejected:
            self._profiles[person] = Profile(Standing.EXTERNAL)

    async def _save(
        self, tx: Transaction, shown: ShownDigest, message: str, saving: Sequence[SeenReaction], asked_at: datetime
    ) -> None:
        rules = await tx.rules.of(shown.delivery.channel.workspace)
        channel = await tx.channels.get(shown.delivery.channel)
        for reaction in saving:
            tapped = item_tapped(shown, reaction.emoji, self._parts.shelves)
            profile, who = self._profiles[reaction.person.key], reaction.person.key.person
            forgotten_at = await tx.tombstones.at(reaction.person.key)
            if forgotten_at is not None and (shown.delivery.sent_at or forgotten_at) <= forgotten_at:
                continue
            if tapped and (
                is_admin(self._parts, who, profile.standing) or may_save(profile.standing, profile.groups, rules)
            ):
                item, shelf = tapped
                placing = Placing(
                    reaction.person,
                    reaction_origin(message, reaction.emoji),
                    asked_at,
                    shelf,
                    library=channel.library if channel else WORKSPACE,
                    vouched=vouches(self._parts, who, profile.standing, profile.groups, rules),
                    seen_again=True,
                )
                await save_post(tx, placing, item.post)


def _unread(channel: ChannelKey) -> str:
    return f"unread reactions:{channel.channel}"
