"""Look around: what the platform has to say about an event, asked before the transaction begins."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeVar

import structlog

from bot.commands.context import Around
from bot.commands.library.reactions import TooEarly
from bot.domain.events import (
    ButtonPressed,
    CommandGiven,
    Event,
    FormSent,
    HomeOpened,
    MessageChosen,
    Person,
    ReactionAdded,
    ReactionRemoved,
)
from bot.domain.keys import ChannelKey
from bot.domain.library import reaction_origin, shelf_of
from bot.domain.people import Profile
from bot.domain.schedule import is_zone
from bot.errors import AdapterError, Rejected
from bot.ports import ChannelSeen, ChatAdapter
from bot.services.parts import Parts
from bot.services.posts.tapped import means_something

SECONDS = 2.0
"""Somebody waits for an answer, and others behind."""

T = TypeVar("T")
Personal = CommandGiven | ButtonPressed | FormSent | MessageChosen | HomeOpened | ReactionAdded | ReactionRemoved

log = structlog.get_logger(__name__)


async def look_around(parts: Parts, event: Event) -> tuple[Event, Around]:
    """The event with the person's name as the platform tells it, and what else it said."""
    happening, chat = event.happening, parts.chat_of(event.workspace)
    if chat is None or not isinstance(happening, Personal) or not _matters(parts, happening):
        return event, Around()
    links = await _links(parts, chat, happening)
    if isinstance(happening, ReactionRemoved):
        return event, Around(links=links)
    profile, seen = await asyncio.gather(_asked(chat.profile(happening.person.key)), _look(chat, happening))
    may_write = chat.may_write(happening.person.key, happening.channel)
    if profile is None:
        return event, Around(None, None, seen, links, may_write=may_write)
    zone = profile.zone if profile.zone and is_zone(profile.zone) else None
    around = Around(profile.standing, zone, seen, links, profile.is_app, profile.groups, may_write)
    return _with_name(event, happening, profile), around


def _matters(parts: Parts, happening: Personal) -> bool:
    """Nothing is asked about what means nothing to us."""
    if isinstance(happening, ReactionAdded | ReactionRemoved):
        return means_something(happening.emoji, parts.shelves)
    return True


async def _asked(question: Awaitable[T]) -> T | None:
    """None where there is no answer: what can be done without one is done."""
    try:
        async with asyncio.timeout(SECONDS):
            return await question
    except (AdapterError, TimeoutError) as problem:
        log.info("the platform did not say", problem=type(problem).__name__)
        return None


def _with_name(event: Event, happening: Personal, profile: Profile) -> Event:
    """The name of the profile is the one that colleagues know; an event may carry the one somebody signs in with."""
    if not profile.name:
        return event
    return replace(event, happening=replace(happening, person=Person(happening.person.key, profile.name)))


async def _look(chat: ChatAdapter, happening: Personal) -> ChannelSeen | None:
    """Only where an answer speaks of the channel, and never for a channel of one's own."""
    if not isinstance(happening, CommandGiven | FormSent | ButtonPressed) or _is_own(happening):
        return None
    try:
        async with asyncio.timeout(SECONDS):
            return await chat.look(happening.channel)
    except Rejected as refusal:
        return ChannelSeen("", is_member=False, remedy=str(refusal))
    except (AdapterError, TimeoutError) as problem:
        log.info("the platform did not say", problem=type(problem).__name__)
        return None


def _is_own(happening: Personal) -> bool:
    return happening.channel == ChannelKey(happening.person.key.workspace, happening.person.key.person)


async def _links(parts: Parts, chat: ChatAdapter, happening: Personal) -> tuple[str, ...] | None:
    """What a message of somebody else links to, where people want reactions on it to save that. Raises TooEarly where
    the platform does not say just now: a save must not be lost for that."""
    if not isinstance(happening, ReactionAdded | ReactionRemoved) or shelf_of(happening.emoji, parts.shelves) is None:
        return None
    if not chat.abilities(happening.channel.workspace).read_messages:
        return None
    async with parts.store.reading() as tx:
        channel = await tx.channels.get(happening.channel)
        ours = await tx.outbox.by_message(happening.channel, happening.message)
        marked = await tx.library.marked(happening.person.key, reaction_origin(happening.message, happening.emoji))
    is_known = isinstance(happening, ReactionRemoved) and marked
    if channel is None or not channel.saves_links or ours is not None or is_known:
        return None
    return await _links_in(chat, happening)


async def _links_in(chat: ChatAdapter, happening: ReactionAdded | ReactionRemoved) -> tuple[str, ...]:
    try:
        async with asyncio.timeout(SECONDS):
            return tuple(await chat.links(happening.channel, happening.message))
    except Rejected:
        return ()
    except (AdapterError, TimeoutError) as problem:
        log.info("the platform did not say", problem=type(problem).__name__)
        raise TooEarly from problem
