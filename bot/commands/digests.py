"""digest, schedule, size, status"""

import re
from dataclasses import replace

from bot.commands.context import Answer, Asked
from bot.domain.actions import whole_number
from bot.domain.budget import in_words
from bot.domain.channel import LARGEST_SIZE, Channel, NewSlot, Origin
from bot.domain.content import Content, Say, ShowPost, headed, say
from bot.domain.schedule import Schedule, SlotKind, parse_days, parse_time, parse_zone
from bot.domain.suggest import nearest
from bot.errors import Mistake
from bot.services.ids import new_id
from bot.services.selection import select
from bot.services.wording import ago_in_words, counted, listed, moment_in_words


async def digest(asked: Asked, words: str) -> Answer:
    which = words.strip().casefold()
    if which == "now":
        return await _now(asked)
    if which in {"preview", ""}:
        return await _preview(asked)
    raise Mistake(f"Say /pln digest now or /pln digest preview.{nearest(which, ['now', 'preview'])}")


async def _now(asked: Asked) -> Answer:
    if not await asked.tx.topics.followed(asked.channel):
        return _follows_nothing()
    slot = NewSlot(new_id(), asked.channel, SlotKind.NOW, asked.event, asked.at)
    await asked.tx.slots.plan(slot)
    return Answer(say("Reading what is new. The digest comes into this channel in a moment."))


async def _preview(asked: Asked) -> Answer:
    if not await asked.tx.topics.followed(asked.channel):
        return _follows_nothing()
    channel = await asked.known_channel()
    selection = await select(asked.tx, channel, asked.parts.clock.now())
    chosen = selection.choice.chosen
    if not chosen:
        return Answer(say("Nothing new is stored for these topics. /pln digest now reads what has come since."))
    posts: Content = tuple(ShowPost(each.post.key.source, each.post.key.id, each.why) for each in chosen)
    heading = f"Preview: {counted(len(chosen), 'post')}, chosen from {selection.choice.looked_at} stored"
    return Answer((Say(heading, "heading"), *posts, Say("Only you see this. Nothing was read for it.", "hint")))


def _follows_nothing() -> Answer:
    return Answer(say("This channel follows nothing yet. Begin with /pln follow #edchat."))


async def schedule(asked: Asked, words: str) -> Answer:
    if not words.strip():
        channel = await asked.known_channel()
        how = _how(channel, asked, "schedule 07:45 mon-fri")
        return Answer(say(f"The digest comes {channel.schedule.in_words()}. {how}"))
    channel = await asked.changeable_channel()
    changed = replace(channel, schedule=_changed(channel.schedule, words))
    if changed == channel:
        return Answer(say(f"The digest comes {channel.schedule.in_words()} already."))
    await asked.tx.channels.put(changed)
    sentence = f"The digest now comes {changed.schedule.in_words()}."
    return Answer(say(sentence), aloud=(Say(f"changed it: {sentence}", by=asked.person.key.person),))


def _changed(schedule: Schedule, words: str) -> Schedule:
    days: list[str] = []
    for word in words.replace(",", " ").split():
        if re.fullmatch(r"\d{1,2}[:.]?\d{2}|\d{1,2}", word):
            schedule = replace(schedule, at=parse_time(word if len(word) > 2 else f"{word}:00"))
        elif "/" in word or word.upper() == "UTC":
            schedule = replace(schedule, zone=parse_zone(word))
        else:
            days.append(word)
    return replace(schedule, days=parse_days(" ".join(days))) if days else schedule


async def size(asked: Asked, words: str) -> Answer:
    if not words.strip():
        channel = await asked.known_channel()
        return Answer(say(f"A digest has at most {channel.size} posts. {_how(channel, asked, 'size 5')}"))
    channel = await asked.changeable_channel()
    number = whole_number(words.strip())
    if not 1 <= number <= LARGEST_SIZE:
        raise Mistake(f"A digest has 1 to {LARGEST_SIZE} posts, such as /pln size 5.")
    if number == channel.size:
        return Answer(say(f"A digest here has at most {counted(number, 'post')} already."))
    await asked.tx.channels.put(replace(channel, size=number))
    sentence = f"From now on a digest here has at most {counted(number, 'post')}."
    return Answer(say(sentence), aloud=(Say(f"changed it: {sentence}", by=asked.person.key.person),))


def _how(channel: Channel, asked: Asked, example: str) -> str:
    """How to change it, or who decides."""
    if channel.origin is Origin.CONFIG:
        return f"That is set in {asked.parts.config_name}."
    return f"Change it with /pln {example}."


async def status(asked: Asked, _: str) -> Answer:
    channel = await asked.known_channel()
    lines = [
        await _next(asked, channel),
        await _last(asked, channel),
        *await _freshness(asked, channel),
        await _spending(asked),
        *await _troubles(asked),
    ]
    return Answer(headed("How Staffroom is doing", lines))


async def _next(asked: Asked, channel: Channel) -> str:
    slot = await asked.tx.slots.next_due(asked.channel)
    if slot is None:
        return f"Next digest: {channel.schedule.in_words()}."
    when = moment_in_words(slot.due_at, now=asked.parts.clock.now(), zone=channel.schedule.zone_info)
    return f"Next digest: {when} ({channel.schedule.zone})."


async def _last(asked: Asked, channel: Channel) -> str:
    last = await asked.tx.digests.latest(asked.channel)
    if last is None:
        return "Last digest: none yet."
    when = moment_in_words(last.composed_at, now=asked.parts.clock.now(), zone=channel.schedule.zone_info)
    return f"Last digest: {when}, {counted(len(last.items), 'post')} chosen from {last.looked_at:,}."


async def _freshness(asked: Asked, channel: Channel) -> list[str]:
    topics = [following.topic for following in await asked.tx.topics.followed(asked.channel)]
    now, lines = asked.parts.clock.now(), []
    for source in channel.sources:
        for fresh in await asked.tx.coverage.freshness(source, topics):
            read, newest = ago_in_words(fresh.read_until, now), ago_in_words(fresh.newest_post_at, now)
            lines.append(f"{fresh.topic.label}: last read {read}; newest post {newest}.")
    return lines or ["This channel follows nothing yet."]


async def _spending(asked: Asked) -> str:
    today, month = await asked.tx.ledger.spent(asked.parts.clock.now().date())
    caps = asked.parts.caps
    of_day = f" of {in_words(caps.daily)}" if caps.daily is not None else ""
    of_month = f" of {in_words(caps.monthly)}" if caps.monthly is not None else ""
    return f"Spent on reading: {in_words(today)}{of_day} today, {in_words(month)}{of_month} this month (UTC)."


async def _troubles(asked: Asked) -> list[str]:
    channel = await asked.known_channel()
    stopped = [f"The last digest could not be sent here: {channel.stopped}"] if channel.stopped else []
    troubled = await asked.tx.outbox.count_troubled(asked.channel.workspace)
    if not troubled:
        return stopped or ["Every message was delivered."]
    return [
        *stopped,
        f"Messages in trouble: {listed([f'{number} {state}' for state, number in sorted(troubled.items())])}.",
    ]
