"""schedule, size, layout: when a digest comes and how it looks"""

import re
from dataclasses import replace

from bot.commands.context import Answer, Asked, said_aloud
from bot.commands.rights import require
from bot.domain.actions import whole_number
from bot.domain.channel import LARGEST_SIZE, Channel, Layout, Origin
from bot.domain.content import Content, Say, offer, say
from bot.domain.people import Right
from bot.domain.schedule import FULL_DAY_NAMES, Schedule, parse_days, parse_time, parse_zone, zone_of_city
from bot.domain.suggest import nearest
from bot.errors import Mistake
from bot.services.digest.calendars import coming
from bot.services.wording import counted

_APART = re.compile(r"(?<=\d) +(?=[ap]m\b)", re.IGNORECASE)
"""Between a time and its half of the day."""


async def schedule(asked: Asked, words: str) -> Answer:
    if not words.strip():
        channel = await asked.known_channel()
        how = _how(channel, asked, "schedule 07:45 mon-fri")
        found = await coming(asked.tx, asked.parts, channel)
        following = found.sentence(asked.parts.clock.now())
        return Answer(say(f"The digest comes {channel.schedule.in_words()}. {following} {how}"))
    await require(asked, Right.CHANGE)
    channel = await asked.changeable_channel()
    changed = replace(channel, schedule=_changed(channel.schedule, words))
    if changed == channel:
        return Answer(say(f"The digest comes {channel.schedule.in_words()} already."))
    await asked.tx.channels.put(changed)
    return _done(asked, f"The digest now comes {changed.schedule.in_words()}.", *as_typed(channel.schedule))


def as_typed(schedule: Schedule) -> tuple[str, ...]:
    """The command that brings this schedule about."""
    days = ",".join(FULL_DAY_NAMES[day][:3] for day in sorted(schedule.days))
    return "schedule", f"{schedule.at:%H:%M}", days, schedule.zone


def _changed(schedule: Schedule, words: str) -> Schedule:
    days: list[str] = []
    for word in _APART.sub("", words.replace(",", " ")).split():
        if re.fullmatch(r"\d{1,2}[:.]?\d{2}(?:[ap]m)?|\d{1,2}(?:[ap]m)?", word, re.IGNORECASE):
            schedule = replace(schedule, at=parse_time(word if len(word) > 2 else f"{word}:00"))
        elif "/" in word or word.upper() == "UTC":
            schedule = replace(schedule, zone=parse_zone(word))
        elif zone := zone_of_city(word):
            schedule = replace(schedule, zone=zone)
        else:
            days.append(word)
    return replace(schedule, days=parse_days(" ".join(days))) if days else schedule


async def size(asked: Asked, words: str) -> Answer:
    if not words.strip():
        channel = await asked.known_channel()
        return Answer(say(f"A digest has at most {channel.size} posts. {_how(channel, asked, 'size 5')}"))
    await require(asked, Right.CHANGE)
    channel = await asked.changeable_channel()
    number = whole_number(words.strip())
    if not 1 <= number <= LARGEST_SIZE:
        raise Mistake(f"A digest has 1 to {LARGEST_SIZE} posts, such as /pln size 5.")
    if number == channel.size:
        return Answer(say(f"A digest here has at most {counted(number, 'post')} already."))
    await asked.tx.channels.put(replace(channel, size=number))
    return _done(asked, f"From now on a digest here has at most {counted(number, 'post')}.", "size", str(channel.size))


LAYOUTS = {
    Layout.LIST: "A digest comes as one message with all its posts.",
    Layout.CARDS: "Each post of a digest comes as a message of its own, so that one reaction saves it.",
}


async def layout(asked: Asked, words: str) -> Answer:
    word = words.strip().casefold()
    if not word:
        channel = await asked.known_channel()
        return Answer(say(f"{LAYOUTS[channel.layout]} {_how(channel, asked, 'layout cards')}"))
    await require(asked, Right.CHANGE)
    channel = await asked.changeable_channel()
    if word not in set(Layout):
        raise Mistake(f"Say /pln layout list or /pln layout cards.{nearest(word, list(Layout))}")
    if channel.layout == word:
        return Answer(say(f"That is how it is already. {LAYOUTS[channel.layout]}"))
    await asked.tx.channels.put(replace(channel, layout=Layout(word)))
    return _done(asked, f"From the next digest on: {_lowered(LAYOUTS[Layout(word)])}", "layout", channel.layout.value)


def _done(asked: Asked, sentence: str, *undo: str) -> Answer:
    private: Content = (Say(sentence), *asked.invitation(), offer(("Undo", asked.again(*undo).encode())))
    return Answer(private, aloud=said_aloud(asked, f"changed it: {sentence}"))


def _lowered(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _how(channel: Channel, asked: Asked, example: str) -> str:
    """How to change it, or who decides."""
    if channel.origin is Origin.CONFIG:
        return f"That is set in {asked.parts.config_name}."
    return f"Change it with /pln {'me ' if asked.is_own else ''}{example}."
