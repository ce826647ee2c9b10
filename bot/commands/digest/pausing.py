"""pause, resume, holidays: days without a digest"""

import re
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.commands.context import Answer, Asked, said_aloud
from bot.commands.rights import require
from bot.domain.calendar.dates import parse_day
from bot.domain.calendar.openings import UNTIL_RESUMED, Openings, called, short_day, why_none
from bot.domain.calendar.regions import called_region, parse_region
from bot.domain.channel import Channel, Origin
from bot.domain.content import Content, Say, headed, offer, say
from bot.domain.people import Right
from bot.errors import Mistake
from bot.services.digest.calendars import Coming, closed_runs, coming, openings_of
from bot.services.wording import day_in_words, listed

WEEKS_LISTED = 12
MOST_LISTED = 12
MOST_REGIONS = 5


async def pause(asked: Asked, words: str) -> Answer:
    await require(asked, Right.CHANGE)
    channel = await asked.known_channel()
    until = _until(words, _today(asked, channel))
    if until == channel.paused_until:
        return Answer(say(f"That is how it is already. {await _paused(asked, channel)}"))
    paused = replace(channel, paused_until=until)
    await asked.tx.channels.put(paused)
    return _done(asked, await _paused(asked, paused), ("Undo", _as_typed(channel, asked)))


def _until(words: str, today: date) -> date:
    """The first day after the pause. Raises Mistake."""
    if not words.strip():
        return UNTIL_RESUMED
    return parse_day(re.sub(r"^(?:(?:until|till|til|to|for)\b\s*)+", "", words.strip(), flags=re.IGNORECASE), today)


async def _paused(asked: Asked, channel: Channel) -> str:
    """The day that was named is the first one that may have a digest again, and that is said."""
    if channel.paused_until is None or channel.paused_until == UNTIL_RESUMED:
        return f"{asked.here} is paused: no digest comes until somebody says /pln {_me(asked)}resume."
    until, found = short_day(channel.paused_until, _today(asked, channel)), await _coming(asked, channel)
    first = "None is planned after that yet" if found.at is None else f"The next one comes {_when(asked, found)}"
    return f"{asked.here} is paused: no digest comes before {until}. {first}."


async def resume(asked: Asked, _: str) -> Answer:
    await require(asked, Right.CHANGE)
    channel = await asked.known_channel()
    if not _is_paused(channel, _today(asked, channel)):
        return Answer(say(f"{asked.here} is not paused. {await _next(asked, channel)}"))
    resumed = replace(channel, paused_until=_today(asked, channel))
    await asked.tx.channels.put(resumed)
    sentence = f"{asked.here} is no longer paused. {await _next(asked, resumed)}"
    missed = ("Get what was missed as one digest", ("digest", "now"))
    return _done(asked, sentence, missed, ("Undo", _as_typed(channel, asked)))


async def holidays(asked: Asked, words: str) -> Answer:
    if not words.strip():
        return Answer(await _listed(asked))
    await require(asked, Right.CHANGE)
    channel = await asked.changeable_channel()
    changed = replace(channel, holidays=_chosen(words))
    if changed == channel:
        return Answer(say(f"That is how it is already: {_of_whom(channel, asked)}"))
    await asked.tx.channels.put(changed)
    sentence = f"{_of_whom(changed, asked)} {await _next(asked, changed)}"
    before = "usual" if channel.holidays is None else ",".join(channel.holidays) or "none"
    return _done(asked, sentence, ("Undo", ("holidays", before)))


def _chosen(words: str) -> tuple[str, ...] | None:
    """None for those of the whole school. Raises Mistake."""
    match words.strip().casefold():
        case "none" | "off":
            return ()
        case "usual":
            return None
        case _:
            regions = tuple(dict.fromkeys(_regions(words)))
            if len(regions) > MOST_REGIONS:
                raise Mistake(f"Name at most {MOST_REGIONS} countries or regions.")
            return regions


def _regions(words: str) -> list[str]:
    """Apart by commas; by spaces where all of them are codes, because names have spaces themselves."""
    parts = [part for part in words.split(",") if part.strip()]
    codes = words.replace(",", " ").split()
    are_codes = all(re.fullmatch(r"[A-Za-z]{2}(-\w{1,6})?", code) for code in codes)
    return [parse_region(each) for each in (codes if are_codes else parts)]


def _of_whom(channel: Channel, asked: Asked) -> str:
    regions = channel.school(asked.parts.school).holidays
    if not regions:
        return "There is a digest on public holidays, too."
    return f"There is no digest on public holidays ({listed(list(map(called_region, regions)))})."


async def _listed(asked: Asked) -> Content:
    """What keeps a digest away in the next weeks, and who decides that."""
    channel = await asked.known_channel()
    openings, today = await openings_of(asked.tx, asked.parts, channel), _today(asked, channel)
    days = channel.schedule.days_between(today, today + timedelta(weeks=WEEKS_LISTED))
    is_endless = channel.paused_until == UNTIL_RESUMED
    until = None if is_endless else channel.paused_until
    runs = closed_runs({day: why for day in days if (why := why_none(day, openings, until))})
    more = [f"And {len(runs) - MOST_LISTED} more."] if len(runs) > MOST_LISTED else []
    lines = [
        *([await _paused(asked, channel)] if is_endless else []),
        *(runs[:MOST_LISTED] or ([] if is_endless else [f"None in the next {WEEKS_LISTED} weeks."])),
        *more,
        _of_whom(channel, asked),
        *_calendars_in_trouble(openings, channel.schedule.zone_info),
    ]
    return (*headed("Days without a digest", lines), Say(_how(channel, asked), "hint"))


def _calendars_in_trouble(openings: Openings, zone: ZoneInfo) -> list[str]:
    """Each with what it means for the days above."""
    lines = []
    for place in openings.school.calendars:
        read = openings.calendars.get(place)
        if read is None or read.read_at is None:
            lines.append(f"Not counted, because it could not be read yet: {called(place)}.")
        elif read.read_at != read.tried_at:
            last_read = day_in_words(read.read_at.astimezone(zone).date())
            lines.append(f"Read last on {last_read}, because it cannot be read now: {called(place)}.")
    return lines


def _how(channel: Channel, asked: Asked) -> str:
    pausing = f"For a break say /pln {_me(asked)}pause until 8 January."
    if channel.origin is Origin.CONFIG:
        return f"Public holidays and calendars are set in {asked.parts.config_name}. {pausing}"
    return (
        f"Choose public holidays with /pln {_me(asked)}holidays GB-ENG; none stands for no holidays, usual for those "
        f"of the whole school. {pausing}"
    )


def _done(asked: Asked, sentence: str, *buttons: tuple[str, tuple[str, ...]]) -> Answer:
    row = offer(*((label, asked.again(*words).encode()) for label, words in buttons))
    return Answer((Say(sentence), *asked.invitation(), row), said_aloud(asked, f"changed it: {sentence}"))


def _as_typed(channel: Channel, asked: Asked) -> tuple[str, ...]:
    """The command that brings this about."""
    until = channel.paused_until
    if until is None or not _is_paused(channel, _today(asked, channel)):
        return ("resume",)
    return ("pause",) if until == UNTIL_RESUMED else ("pause", "until", until.isoformat())


def _is_paused(channel: Channel, today: date) -> bool:
    return channel.paused_until is not None and today < channel.paused_until


async def _next(asked: Asked, channel: Channel) -> str:
    return (await _coming(asked, channel)).sentence(asked.parts.clock.now())


async def _coming(asked: Asked, channel: Channel) -> Coming:
    return await coming(asked.tx, asked.parts, channel)


def _when(asked: Asked, found: Coming) -> str:
    return f"{found.when(asked.parts.clock.now())} ({found.zone.key})"


def _today(asked: Asked, channel: Channel) -> date:
    return channel.schedule.local_date(asked.parts.clock.now())


def _me(asked: Asked) -> str:
    return "me " if asked.is_own else ""
