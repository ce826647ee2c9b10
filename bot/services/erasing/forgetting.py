"""Somebody is forgotten: what they saved for all stays without them, and everything else of theirs goes."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.domain.content import ShowHome
from bot.domain.delivery import NewDelivery, Surface
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.library import Ending
from bot.domain.search import ALL_ITEMS
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.notice_keys import keys_about, page_key
from bot.services.parts import Parts
from bot.services.posts.hiding import show_again
from bot.services.posts.roundups import mend_roundups

EVERYTHING = 1_000_000
EMPTY_PAGE_KEPT = timedelta(days=1)
"""So long a platform may be away."""


async def forget(tx: Transaction, parts: Parts, person: PersonKey, at: datetime) -> None:
    """Erases what is kept of the person up to `at`, and whatever else they did by then counts no more, also where it
    is heard of later."""
    workspace, now = person.workspace, parts.clock.now()
    touched = await _touched(tx, person)
    posts = await _posts_of(tx, workspace, touched)
    own = await _own_channels(tx, parts, person)
    named = await tx.outbox.naming(person)
    await tx.tombstones.put(person, at)
    await tx.library.end_marks(person, None, at, Ending.ERASED)
    await tx.history.forget(person)
    await tx.feeds.erase(person)
    await tx.imports.erase(person)
    await tx.people.erase(person)
    await tx.events.erase(person, at)
    await _show_an_empty_page(tx, person, now)
    await tx.outbox.refresh(workspace, named, now)
    for key in keys_about(person):
        await tx.notices.clear(workspace, key)
    await _forget_own_digest(tx, own)
    for post in posts:
        await show_again(tx, parts, workspace, post)
    await mend_roundups(tx, workspace, touched, now)


async def _show_an_empty_page(tx: Transaction, person: PersonKey, now: datetime) -> None:
    """In place of their own page, where they ever looked at it. What tells of that goes once it is shown."""
    if await tx.outbox.by_key(person.workspace, page_key(person.person)) is None:
        return
    own, identifier = ChannelKey(person.workspace, person.person), new_id()
    page = (ShowHome(person.person),)
    last = NewDelivery(identifier, f"forgotten:{identifier}", own, page, private_to=own.channel, surface=Surface.HOME)
    await tx.outbox.put(last, now, now + EMPTY_PAGE_KEPT)


async def is_forgotten(tx: Transaction, person: PersonKey | None, at: datetime) -> bool:
    """Whether what this person did then was to be forgotten since. What waited to be worked off at that moment is
    erased."""
    asked_at = await tx.tombstones.at(person) if person else None
    return asked_at is not None and at < asked_at


async def _touched(tx: Transaction, person: PersonKey) -> set[str]:
    """Items that say something of theirs."""
    saved, _ = await tx.library.find(
        person.workspace, ALL_ITEMS, saved_by=person.person, viewer=person.person, limit=EVERYTHING, offset=0
    )
    return {*(item.id for item in saved), *await tx.library.noted(person)}


async def _posts_of(tx: Transaction, workspace: str, items: Collection[str]) -> set[PostKey]:
    known = await tx.library.items(workspace, items)
    return {post for item in known.values() for post in item.citations}


async def _own_channels(tx: Transaction, parts: Parts, person: PersonKey) -> set[ChannelKey]:
    """Where nobody has a channel of their own, a person's id may be that of a channel."""
    has_own = parts.abilities(person.workspace).personal_channels
    own = {ChannelKey(person.workspace, person.person)} if has_own else set()
    theirs = (each for each in await tx.channels.all() if each.key.workspace == person.workspace)
    return own | {each.key for each in theirs if each.owner == person.person}


async def _forget_own_digest(tx: Transaction, own: Collection[ChannelKey]) -> None:
    """The channels themselves went with the person."""
    for key in own:
        for rule in await tx.rules.of(key.workspace):
            if rule.channel == key.channel:
                await tx.rules.remove(rule.workspace, rule.channel, rule.kind, rule.value)
