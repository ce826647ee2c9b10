"""A forecast: topics that nobody knows are counted, then they are followed for what they cost, or an admin is asked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.commands.context import Answer, Asked
from bot.commands.topics.following import fulfil, read_wish, unknown_topics
from bot.domain.budget import Purpose
from bot.domain.coverage import Span
from bot.domain.errand import Errand
from bot.domain.topic import Topic
from bot.errors import AdapterError, OutOfAllowance, StaffroomError
from bot.flow.collect.volumes import keep_volume
from bot.flow.errands.kind import Finish, Kind, asking
from bot.ports import ChannelSeen, PostSource, Transaction
from bot.services.parts import Parts
from bot.services.reading.costs import priced_sources
from bot.services.reading.spending import SpendingAllowance

COUNTED_BACK = timedelta(days=7)
"""A week, because a topic has busy days and quiet ones."""
NOT_QUITE_TO_THE_EDGE = timedelta(minutes=10)
"""A source refuses what is older than it keeps, by its own clock."""

log = structlog.get_logger(__name__)


async def _ask(parts: Parts, errand: Errand) -> Finish:
    """What cannot be counted now is not counted: somebody waits for it, and reading begins carefully without."""
    for source in priced_sources(parts):
        try:
            await _count_at(parts, source, errand)
        except (AdapterError, OutOfAllowance) as problem:
            log.warning("not counted", source=source.name, errand=errand.id, problem=str(problem))
    return _fulfil(errand)


async def _count_at(parts: Parts, source: PostSource, errand: Errand) -> None:
    allowance = SpendingAllowance(
        parts.store, parts.clock, parts.caps, source.name, source.prices, purpose=Purpose.ENQUIRY, payers=errand.channel
    )
    for topic in await _unknown(parts, source, errand):
        now = parts.clock.now()
        span = Span(now - min(COUNTED_BACK, source.reach.looks_back) + NOT_QUITE_TO_THE_EDGE, now)
        async with asking(parts, source):
            counted = await source.count(topic, span, allowance)
        await keep_volume(parts, source, topic, counted, allowance)


async def _unknown(parts: Parts, source: PostSource, errand: Errand) -> Sequence[Topic]:
    """What was counted meanwhile, or before this errand was interrupted, is not paid for again."""
    async with parts.store.reading() as tx:
        asked = Asked(tx, parts, errand.person, errand.channel, errand.id, errand.asked_at)
        channel = await asked.known_channel()
        if source.name not in channel.sources:
            return []
        _, *words = errand.words
        return await unknown_topics(asked, source, (await read_wish(asked, words)).topics)


def _fulfil(errand: Errand) -> Finish:
    remedy, *words = errand.words

    async def finish(_: Transaction, asked: Asked) -> Answer:
        outside = ChannelSeen("", is_member=False, remedy=remedy)
        there = replace(asked, around=replace(asked.around, seen=outside)) if remedy else asked
        return await fulfil(there, await read_wish(there, words))

    return finish


def _give_up(parts: Parts, errand: Errand, problem: StaffroomError) -> Finish:  # noqa: ARG001
    return _fulfil(errand)


FORECAST = Kind(_ask, _give_up)
