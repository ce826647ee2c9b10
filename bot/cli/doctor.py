"""`staffroom doctor`: one line a thing that has to be well, and what to do where it is not."""

import asyncio
import json
from argparse import Namespace
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from bot.cli.configured import clock_of, config_of, has_nowhere_to_go, packs_of
from bot.cli.wiring import Wiring
from bot.config import Config, file_beside
from bot.domain.calendar.ical import read_calendar
from bot.domain.calendar.openings import LOOKED_AHEAD, called, why_none
from bot.domain.calendar.regions import holidays_of
from bot.domain.calendar.school import Days, School
from bot.domain.channel import Channel
from bot.domain.check import Check, Health
from bot.errors import ConfigMistakes, StaffroomError
from bot.ports import Store, Transaction
from bot.services.digest.calendars import Coming, coming, openings_of
from bot.services.parts import Parts
from bot.services.wording import ago_in_words, counted, day_in_words, one_line

CLOCKS_MAY_DIFFER_BY = timedelta(minutes=2)
READ_WITHIN = timedelta(days=4)
"""A long weekend without a digest is no reason to worry."""
FEWEST_DAYS_OF_TERMS = 20
_WITHOUT_TERMS = "No digest comes where it decides: add the dates of the next terms to it."


class Configured(NamedTuple):
    """A channel of the configuration: the name of its chat and its id there."""

    chat: str
    channel: str
    saves_links: bool = False


Places = Sequence[Configured]


def print_checks(wiring: Wiring, asked: Namespace) -> int:
    """1 where something is wrong."""
    try:
        config = config_of(wiring, asked.config)
        packs_of(wiring, config)
        checks = [_file(config), *_secrets(wiring, config), *asyncio.run(_examined(wiring, config))]
    except ConfigMistakes as mistakes:
        checks = [Check("configuration", Health.FAIL, each, "Correct it there.") for each in mistakes.mistakes]
    except StaffroomError as problem:
        checks = [Check("start", Health.FAIL, str(problem))]
    print(as_json(checks) if asked.json else "\n".join(lines_of(checks)))
    return int(any(check.health is Health.FAIL for check in checks))


def _file(config: Config) -> Check:
    if has_nowhere_to_go(config):
        finding = f"{config.origin}: there is no [[channels]]"
        return Check("configuration", Health.FAIL, finding, "Add one to post into.")
    return Check("configuration", Health.OK, f"{config.origin} has no mistake")


def _secrets(wiring: Wiring, config: Config) -> Sequence[Check]:
    name = config.staffroom.secrets
    if not name:
        return []
    file = Path(file_beside(config.origin, name))
    if wiring.files.others_may_read(file):
        return [Check("secrets", Health.WARN, f"others on this computer may read {file}", f"Type chmod 600 {file}")]
    return [Check("secrets", Health.OK, f"only you may read {file}")]


async def _examined(wiring: Wiring, config: Config) -> Sequence[Check]:
    """Without connecting to anything outside. Before the first start it looks at all but the store."""
    clock, databases, url = clock_of(wiring, config), wiring.databases, config.database_url
    places = [Configured(each.platform, each.channel, each.saves_links) for each in config.channels]
    async with aclosing(databases.open(url, clock)) as store:
        found = await asyncio.to_thread(databases.pending, url)
        if found == "current":
            return await examine(await wiring.look_at(config, store, clock), places)
        if found != "fresh":
            return await store.check()
        async with databases.passing() as instead, databases.open(instead, clock) as nothing_yet:
            parts = await wiring.look_at(config, nothing_yet, clock)
            return [*await store.check(), *await examine_surroundings(parts, places)]


async def examine(parts: Parts, places: Places = ()) -> list[Check]:
    """Looks at everything that can be looked at without spending money or changing anything."""
    checks = [*await parts.store.check(), *await examine_surroundings(parts, places)]
    checks.extend(await _channels(parts.store, parts))
    async with parts.store.reading() as tx:
        schools = [channel.school(parts.school) for channel in await tx.channels.all()]
    return [*checks, *await _school_days(parts, schools, but=parts.school)]


async def examine_surroundings(parts: Parts, places: Places = ()) -> list[Check]:
    """The same without what the database knows, for one that is not there yet."""
    checks = [_clock(parts), _zones()]
    for source in parts.sources.values():
        checks.extend(await source.check())
    for chat in parts.chats.values():
        checks.extend(await chat.check())
    for place in places:
        checks.extend(await parts.chats[place.chat].check_channel(place.channel))
        checks.extend(_links(parts, place))
    return [*checks, *await _school_days(parts, [parts.school], but=School())]


def _links(parts: Parts, place: Configured) -> list[Check]:
    """A setting without effect is said, because nobody would notice."""
    why_not = parts.chats[place.chat].why_no_links("") if place.saves_links else ""
    if not why_not:
        return []
    finding = f"saves_links does nothing there. {why_not}"
    return [Check(f"channel {place.channel}", Health.WARN, finding, "Set saves_links = false for it.")]


def _clock(parts: Parts) -> Check:
    apart = abs(parts.clock.now() - datetime.now(UTC))
    if apart > CLOCKS_MAY_DIFFER_BY:
        return Check("clock", Health.WARN, "the clock is set for a trial", "Unset STAFFROOM_CLOCK for real use.")
    return Check("clock", Health.OK, f"{parts.clock.now():%Y-%m-%d %H:%M} UTC")


def _zones() -> Check:
    known = len(available_timezones())
    if not known:
        return Check("time zones", Health.FAIL, "none are known here", "Install the Python package tzdata.")
    return Check("time zones", Health.OK, f"{known} are known")


async def _school_days(parts: Parts, schools: Sequence[School], but: School) -> list[Check]:
    """A line for each calendar and region, without those that were looked at for `but`."""
    terms = dict.fromkeys(place for school in schools for place in school.terms if place not in but.terms)
    closed = dict.fromkeys(place for school in schools for place in school.closed if place not in but.closed)
    regions = dict.fromkeys(region for school in schools for region in school.holidays if region not in but.holidays)
    return [
        *[_holidays(region, _today(parts)) for region in regions],
        *[await _calendar(parts, place, is_of_terms=True) for place in terms],
        *[await _calendar(parts, place, is_of_terms=False) for place in closed],
    ]


def _today(parts: Parts) -> date:
    return parts.clock.now().astimezone(ZoneInfo(parts.zone)).date()


def _holidays(region: str, today: date) -> Check:
    name = f"public holidays of {region}"
    found = {**holidays_of(region, today.year), **holidays_of(region, today.year + 1)}
    ahead = [day for day in sorted(found) if day >= today]
    if not ahead:
        return Check(name, Health.WARN, "none are known from today on", "Put closing days into a calendar instead.")
    return Check(name, Health.OK, f"the next one is {day_in_words(ahead[0])}: {found[ahead[0]]}")


async def _calendar(parts: Parts, place: str, *, is_of_terms: bool) -> Check:
    """Read anew, as the running Staffroom does every day."""
    name, today = called(place), _today(parts)
    name = name.removeprefix("the ")
    if parts.documents is None:
        return Check(name, Health.WARN, "it is not read here")
    try:
        reading = read_calendar(await parts.documents.read(place), ZoneInfo(parts.zone), today, today + LOOKED_AHEAD)
    except StaffroomError as problem:
        return Check(name, Health.FAIL, str(problem), "Until it can be read, it closes no day.")
    days = {day for each in reading.days for day in _each_day(each, today, today + LOOKED_AHEAD)}
    kind = "in term" if is_of_terms else "closed"
    if not days:
        return Check(name, Health.WARN, f"no day from today on is {kind}", _WITHOUT_TERMS if is_of_terms else "")
    following = next(each for each in reading.days if each.last >= today)
    named = f": {following.name}" if following.name else ""
    finding = f"{counted(len(days), 'day')} {kind} from today on, the next {day_in_words(min(days))}{named}"
    if reading.problem:
        return Check(name, Health.WARN, f"{finding}. {reading.problem}", "Correct it in the calendar.")
    if is_of_terms and len(days) < FEWEST_DAYS_OF_TERMS:
        return Check(name, Health.WARN, finding, "Each event has to last from the first to the last day of a term.")
    return Check(name, Health.OK, finding)


def _each_day(days: Days, first: date, last: date) -> list[date]:
    begin, end = max(days.first, first), min(days.last, last)
    return [begin + timedelta(days=n) for n in range((end - begin).days + 1)]


async def _channels(store: Store, parts: Parts) -> list[Check]:
    async with store.reading() as tx:
        channels = await tx.channels.all()
        if not channels:
            remedy = "Those of the configuration come with `staffroom run`. Has it [[channels]]?"
            return [Check("channels", Health.WARN, "there are none yet", remedy)]
        lines: list[Check] = []
        for channel in channels:
            topics = [following.topic for following in await tx.topics.followed(channel.key)]
            found = await coming(tx, parts, channel)
            lines.append(_digest_line(channel, len(topics), found, parts.clock.now()))
            read = [
                fresh.read_until for source in channel.sources for fresh in await tx.coverage.freshness(source, topics)
            ]
            last = max((moment for moment in read if moment), default=None)
            missed = await _mornings_since(tx, parts, channel, last) if last else 0
            lines.append(_reading_line(channel, last, missed, parts.clock.now()))
        return lines


def _digest_line(channel: Channel, topics: int, found: Coming, now: datetime) -> Check:
    name = f"channel {channel.name}"
    if channel.stopped:
        return Check(
            name, Health.FAIL, channel.stopped, "Mend it on the platform; the next digest that arrives clears this."
        )
    if not topics:
        return Check(
            name, Health.WARN, "it follows nothing", "Type /pln follow #edchat there, or add topics to the file."
        )
    if found.at is None:
        return Check(name, Health.WARN, f"no digest is in sight: {found.why}", "See /pln holidays there.")
    until = f", until then none: {found.why}" if found.why else ""
    return Check(
        name,
        Health.OK,
        f"{counted(topics, 'topic')}, next digest {found.when(now)} ({channel.schedule.zone}){until}",
    )


async def _mornings_since(tx: Transaction, parts: Parts, channel: Channel, last: datetime) -> int:
    """How many mornings had a digest due since then. In the holidays there are none, and nothing is read."""
    now, local = parts.clock.now(), channel.schedule.local_date
    openings = await openings_of(tx, parts, channel)
    days = channel.schedule.days_between(local(last), local(now))
    due = [day for day in days if last < channel.schedule.due_at(day) < now]
    return sum(not why_none(day, openings, channel.paused_until) for day in due)


def _reading_line(channel: Channel, last: datetime | None, missed: int, now: datetime) -> Check:
    name = f"reading for {channel.name}"
    if last is None:
        return Check(name, Health.WARN, "nothing was read yet", "Normal before the first digest.")
    if now - last > READ_WITHIN and missed:
        return Check(name, Health.WARN, f"last {ago_in_words(last, now)}", "Is `staffroom run` running? See its log.")
    return Check(name, Health.OK, f"last {ago_in_words(last, now)}")


def lines_of(checks: Iterable[Check]) -> list[str]:
    """The checks as people read them in a terminal: names that somebody else gave cannot reach beyond their line."""
    lines: list[str] = []
    for check in checks:
        lines.append(f"{check.health.value:<5}{check.name}: {check.finding}")
        if check.remedy:
            lines.append(f"     → {check.remedy}")
    return [one_line(line) for line in lines]


def as_json(checks: Iterable[Check]) -> str:
    """The checks as a program reads them."""
    return json.dumps([asdict(check) for check in checks], indent=2)
