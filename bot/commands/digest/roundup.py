"""roundup: the look back once a week"""

from dataclasses import replace

from bot.commands.context import Answer, Asked, said_aloud
from bot.commands.rights import require
from bot.domain.channel import Channel, Origin
from bot.domain.content import Say, offer, say
from bot.domain.people import Right
from bot.domain.schedule import FULL_DAY_NAMES, WeeklyTime, parse_weekly_time
from bot.services.wording import DAYS

OFF = "off"
NO_MORE = frozenset({OFF, "none", "never", "stop"})
WHAT_IT_IS = "It looks back at what colleagues saved, tagged and noted in the week."
NONE = "There is no weekly round-up here."
NO_LONGER = "There is no weekly round-up any more."


async def roundup(asked: Asked, words: str) -> Answer:
    if not words.strip():
        return await _what_holds(asked)
    await require(asked, Right.CHANGE)
    wanted = None if words.casefold().split()[0] in NO_MORE else parse_weekly_time(words)
    channel = await asked.changeable_channel()
    if wanted == channel.roundup:
        return Answer(say(f"That is how it is already. {in_words(channel)}"))
    changed = replace(channel, roundup=wanted)
    await asked.tx.channels.put(changed)
    sentence = in_words(changed) if wanted else NO_LONGER
    back = offer(("Undo", asked.again("roundup", *as_typed(channel.roundup)).encode()))
    more = say(WHAT_IT_IS) if wanted else ()
    return Answer((Say(sentence), *more, *asked.invitation(), back), said_aloud(asked, f"changed it: {sentence}"))


async def _what_holds(asked: Asked) -> Answer:
    channel = await asked.known_channel()
    return Answer(say(" ".join((in_words(channel), WHAT_IT_IS, _how(asked, channel)))))


def _how(asked: Asked, channel: Channel) -> str:
    """How to change it, or who decides."""
    if channel.origin is Origin.CONFIG:
        return f"That is set in {asked.parts.config_name}."
    command = "/pln me roundup" if asked.is_own else "/pln roundup"
    if channel.roundup is None:
        return f"Have one with {command} fri 15:00."
    return f"Change it with {command} fri 15:00, end it with {command} off."


def in_words(channel: Channel) -> str:
    """`The weekly round-up comes on Fridays at 15:00 (Europe/London).`"""
    if channel.roundup is None:
        return NONE
    when = f"{DAYS[channel.roundup.day]}s at {channel.roundup.at:%H:%M}"
    return f"The weekly round-up comes on {when} ({channel.schedule.zone})."


def as_typed(roundup: WeeklyTime | None) -> tuple[str, ...]:
    """The words that bring it about."""
    return (FULL_DAY_NAMES[roundup.day][:3], f"{roundup.at:%H:%M}") if roundup else (OFF,)
