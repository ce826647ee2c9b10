"""Topics of which nothing new comes, although their source answers: what is said about them, and to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.reading.silence import REMEMBERED, Silence, is_odd_together, silence
from bot.domain.topic import Topic
from bot.ports import PostSource, Transaction
from bot.services.parts import Parts
from bot.services.reading.privacy import personal
from bot.services.report import INSTALLATION, clear_report, report
from bot.services.wording import counted, listed, moment_in_words

READ_LATELY = timedelta(days=1)
"""A topic that nobody reads is silent for a reason."""
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Silences:
    """The odd ones among topics that were read lately, longest silent first, and those that may be. `source_is_silent`
    where it is all of the topics, or so many at once that each alone need not be odd."""

    odd: tuple[Silence, ...]
    doubtful: tuple[Silence, ...]
    source_is_silent: bool

    @property
    def since(self) -> datetime:
        """When anything new came last."""
        return max(each.since for each in self.odd)


async def silences_of(tx: Transaction, parts: Parts, source: str, topics: Sequence[Topic]) -> Silences:
    if source not in parts.sources or not parts.sources[source].reach.is_live:
        return Silences((), (), source_is_silent=False)
    now = parts.clock.now()
    heard = await tx.readings.of(source, topics, now - REMEMBERED)
    fresh = [
        each
        for each in await tx.coverage.freshness(source, topics)
        if each.read_until is not None and now - each.read_until < READ_LATELY
    ]
    volumes = await tx.readings.volumes(source, topics, now - REMEMBERED)
    found = [
        silence(each.topic, heard[each.topic], each.newest_post_at, each.read_until or now, volumes.get(each.topic))
        for each in fresh
    ]
    silent = [each for each in found if each is not None]
    together = is_odd_together(silent, len(fresh))
    odd = silent if together else [each for each in silent if each.is_odd]
    whole = together or (len(odd) > 1 and len(odd) == len(fresh))
    doubtful = () if whole else tuple(each for each in silent if each.is_doubtful)
    return Silences(tuple(sorted(odd, key=lambda each: each.since)), doubtful, whole)


async def report_silences(parts: Parts, source: PostSource, read: Sequence[Topic], watched: Sequence[Topic]) -> None:
    """Tells the admin channel of topics that were read just now and are oddly silent, once until something new comes;
    where all that are watched fell silent, of the source instead. Of what is followed for oneself alone it hears
    nothing."""
    async with parts.store.reading() as tx:
        found = await silences_of(tx, parts, source.name, watched)
    now, whole = parts.clock.now(), f"silent:{source.name}"
    odd = {each.topic: each for each in found.odd}
    async with parts.store.transaction() as tx:
        if found.source_is_silent:
            await report(tx, parts, INSTALLATION, whole, _of_source(found, source, now))
            return
        await clear_report(tx, INSTALLATION, whole)
        private = await personal(tx, read)
        for topic in read:
            if topic in odd and topic not in private:
                await report(tx, parts, INSTALLATION, f"{whole}:{topic.label}", _of_topic(odd[topic], source, now))
            else:
                await clear_report(tx, INSTALLATION, f"{whole}:{topic.label}")


async def silences_in_words(tx: Transaction, parts: Parts, source: str, topics: Sequence[Topic]) -> list[str]:
    """For readers: at most one short sentence."""
    found = await silences_of(tx, parts, source, topics)
    if not found.odd:
        return []
    label = parts.source_label(source)
    if found.source_is_silent:
        return [f"Nothing new has come from {label} for {_how_long(found.odd[-1])}, which is unusual."]
    named = listed([each.topic.label for each in found.odd], most=MOST_NAMED)
    if len(found.odd) == 1:
        return [f"Nothing new has come from {named} for {_how_long(found.odd[0])}, which is unusual."]
    return [f"Nothing new has come from {named} lately, which is unusual."]


def _how_long(found: Silence) -> str:
    days = round(found.length / timedelta(days=1))
    return counted(days, "day") if days > 1 else counted(round(found.length / timedelta(hours=1)), "hour")


def _of_topic(found: Silence, source: PostSource, now: datetime) -> str:
    return (
        f"Nothing new has come from {found.topic.label} since {_since(found.since, now)}, although {source.label} "
        f"answers; {_usual(found.usual)} usual. Look there whether people still use it; if they do, the answers of "
        f"{source.label} are out of date."
    )


def _of_source(found: Silences, source: PostSource, now: datetime) -> str:
    return (
        f"Nothing new has come from {source.label} since {_since(found.since, now)} for any of "
        f"{counted(len(found.odd), 'topic')}, although it answers. Its answers seem to be out of date; look whether it "
        "has a problem, and wait."
    )


def _since(moment: datetime, now: datetime) -> str:
    return f"{moment_in_words(moment, now=now, zone=ZoneInfo('UTC'))} (UTC)"


def _usual(per_day: float) -> str:
    number = max(1, round(per_day))
    return f"about {counted(number, 'post')} a day {'is' if number == 1 else 'are'}"
