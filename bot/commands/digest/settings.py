"""settings: what a channel follows, when its digest comes and how it looks, in one form"""

from collections.abc import Mapping
from dataclasses import replace

from bot.commands.context import Answer, Asked, in_one, said_aloud
from bot.commands.digest.roundup import in_words as roundup_in_words
from bot.commands.digest.shape import as_typed
from bot.commands.digest.suiting import comes_in, languages_as_typed, languages_in_words, parse_languages
from bot.commands.governing.auditing import note_here
from bot.commands.rights import may, most_topics, require, rules_of
from bot.commands.topics.following import check_may_follow, follow_from_form
from bot.commands.topics.keeping_out import put_all, remove_all
from bot.commands.topics.topics import labels, unfollow_all
from bot.commands.typed import typed
from bot.domain.actions import fits_on_a_button, whole_number
from bot.domain.admin_acts import Decided
from bot.domain.calendar.regions import called_region
from bot.domain.channel import LARGEST_SIZE, Channel, Layout, Origin
from bot.domain.content import AskForm, Content, headed, say
from bot.domain.people import Right
from bot.domain.rules import Muted, mutes_of, parse_mutes
from bot.domain.schedule import parse_time, parse_zone
from bot.domain.suggest import nearest
from bot.domain.topic import Topic, parse_topics
from bot.errors import Mistake
from bot.services.saying.forms import PARTS, SETTINGS, TITLES, FormState, fields_of_settings
from bot.services.wording import counted, listed


async def settings(asked: Asked, words: str) -> Answer:
    """The form where there are forms and it may be filled in, or where it is too large one for each part of it, else
    the same in sentences."""
    part = words.strip().casefold()
    if part and part not in PARTS:
        raise Mistake(
            f"Say /pln settings, or one of settings what, settings when and settings how.{nearest(part, PARTS)}"
        )
    in_words = await _in_words(asked)
    if not asked.able.forms or not await may(asked, Right.CHANGE):
        return Answer(in_words)
    channel, state = await asked.known_channel(), await _state(asked, part)
    fields = fields_of_settings(channel, state)
    if len(fields) > asked.able.form_fields:
        ways = [(TITLES[each], asked.again("settings", each).encode()) for each in PARTS]
        return Answer((*in_words, *in_one(ways)))
    return Answer(in_words, form=AskForm(SETTINGS, state.written(), again="") if fields else None)


async def _state(asked: Asked, part: str) -> FormState:
    own = asked.channel.channel if asked.is_own else ""
    zone = (asked.around.zone or "") if own else ""
    return FormState(channel=own, part=part, zone=zone, may_mute=await may(asked, Right.RUN))


async def _in_words(asked: Asked) -> Content:
    channel, me = await asked.known_channel(), "me " if asked.is_own else ""
    followed = [each.topic.label for each in await asked.tx.topics.followed(asked.channel)]
    muted = [each.label for each in mutes_of(await rules_of(asked), asked.channel.channel)]
    follows = f"Follows {listed(followed)}" if followed else "Follows nothing yet"
    is_the_files = channel.origin is Origin.CONFIG
    decides = f"set in {asked.parts.config_name}" if is_the_files else None
    lines = [
        f"{follows}, at most {await most_topics(asked)} topics. Change it with /pln {me}follow #edchat.",
        f"Comes {channel.schedule.in_words()}: {decides or f'change it with /pln {me}schedule 07:45 mon-fri'}.",
        f"At most {channel.size} posts: {decides or f'change it with /pln {me}size 5'}.",
        f"Layout {channel.layout}: {decides or f'change it with /pln {me}layout cards'}.",
        f"Posts in {languages_in_words(asked, channel)}: {decides or f'change it with /pln {me}language en fr'}.",
        f"Muted: {listed(muted) if muted else 'nothing'}. See /pln {me}mute.",
        f"What it prefers: see /pln {me}taste.",
        f"{roundup_in_words(channel)} See /pln {me}roundup.",
        f"{_days_without(channel, asked)} See /pln {me}holidays and /pln {me}pause.",
    ]
    return (*headed("Your own digest" if asked.is_own else "How this channel is set up", lines), *asked.invitation())


def _days_without(channel: Channel, asked: Asked) -> str:
    regions = channel.school(asked.parts.school).holidays
    if not regions:
        return "There is a digest on public holidays, too."
    return f"There is no digest on public holidays ({listed(list(map(called_region, regions)))})."


async def change_settings(asked: Asked, state: FormState, values: Mapping[str, str]) -> Answer:
    """Does all that the form has fields for, or nothing. Raises Mistake."""
    await require(asked, Right.CHANGE)
    before = await asked.known_channel()
    after = before if before.origin is Origin.CONFIG else _respoken(asked, _reshaped(before, values), values)
    topics = parse_topics(typed(values["topics"]), account_source=before.sources[0]) if "topics" in values else None
    wanted_mutes = await _wanted_mutes(asked, state, values)
    added, removed, waiting = await _refollow(asked, topics) if topics is not None else ([], [], Answer(()))
    if after != before:
        await asked.tx.channels.put(after)
    muted, unmuted = await _remute(asked, wanted_mutes)
    sentences = [
        *([f"Now follows {listed(labels(added))}."] if added else []),
        *([f"No longer follows {listed(labels(removed))}."] if removed else []),
        *_differences(before, after),
        *([comes_in(asked, after)] if before.languages != after.languages else []),
        *([f"Muted {listed([each.label for each in muted])}."] if muted else []),
        *([f"No longer muted: {listed([each.label for each in unmuted])}."] if unmuted else []),
    ]
    if not sentences:
        return waiting if waiting.private else Answer(say("Nothing was changed."))
    undo = _undo(asked, before, after, added, removed)
    private: Content = (*headed("Changed", sentences), *waiting.private, *asked.invitation(), *in_one(undo))
    aloud = said_aloud(asked, f"changed this channel's digest: {' '.join(sentences)}")
    return Answer(private, (*aloud, *waiting.aloud))


def _reshaped(channel: Channel, values: Mapping[str, str]) -> Channel:
    """Raises Mistake."""
    schedule = channel.schedule
    if "time" in values:
        schedule = replace(schedule, at=parse_time(values["time"]))
    if "days" in values:
        schedule = replace(schedule, days=_days(values["days"]))
    if "zone" in values:
        schedule = replace(schedule, zone=parse_zone(values["zone"].strip()))
    size = _size(values["size"]) if "size" in values else channel.size
    layout = Layout(values["layout"]) if values.get("layout") in set(Layout) else channel.layout
    keycaps = values["keycaps"] != "no" if "keycaps" in values else channel.keycaps
    return replace(channel, schedule=schedule, size=size, layout=layout, keycaps=keycaps)


def _days(text: str) -> frozenset[int]:
    days = frozenset(int(day) for day in text.split(",") if day in set("0123456"))
    if not days:
        raise Mistake("Choose at least one day for the digest.")
    return days


def _size(text: str) -> int:
    size = whole_number(text.strip())
    if not 1 <= size <= LARGEST_SIZE:
        raise Mistake(f"A digest has 1 to {LARGEST_SIZE} posts.")
    return size


def _respoken(asked: Asked, channel: Channel, values: Mapping[str, str]) -> Channel:
    """With the languages of the form, where they are others than hold anyway. Raises Mistake."""
    if "languages" not in values:
        return channel
    languages = parse_languages(values["languages"].replace(",", " ").split())
    hold = channel.school(asked.parts.school).languages
    return channel if set(languages) == set(hold) else replace(channel, languages=languages)


async def _refollow(asked: Asked, topics: list[Topic]) -> tuple[list[Topic], list[Topic], Answer]:
    """What was added and taken away, and what is said of topics that have to wait. What the file decides stays,
    whatever stands in the form."""
    followed = await asked.tx.topics.followed(asked.channel)
    fixed = {each.topic for each in followed if each.origin is Origin.CONFIG}
    by_command = [each.topic for each in followed if each.origin is Origin.COMMAND]
    most, is_more = await most_topics(asked), set(topics) - fixed - set(by_command)
    if is_more and len(fixed | set(topics)) > most:
        raise Mistake(
            f"{asked.here} may follow at most {counted(most, 'topic')}; the form has {len(fixed | set(topics))}."
        )
    await check_may_follow(asked, topics)
    removed = await unfollow_all(asked, [each for each in by_command if each not in topics])
    added, waiting = await follow_from_form(asked, topics)
    return added, removed, waiting


async def _wanted_mutes(asked: Asked, state: FormState, values: Mapping[str, str]) -> list[Muted] | None:
    """None where the form had no field for them."""
    if not state.may_mute or "mutes" not in values:
        return None
    await require(asked, Right.RUN)
    return parse_mutes(typed(values["mutes"]))


async def _remute(asked: Asked, wanted: list[Muted] | None) -> tuple[list[Muted], list[Muted]]:
    if wanted is None:
        return [], []
    channel = asked.channel.channel
    kept_out = mutes_of(await rules_of(asked), channel)
    gone = await remove_all(asked, channel, [each for each in kept_out if each not in wanted])
    new = await put_all(asked, channel, wanted)
    for what, which in ((Decided.MUTE, new), (Decided.UNMUTE, gone)):
        if which:
            await note_here(asked, what, listed([each.label for each in which]))
    return new, gone


def _differences(before: Channel, after: Channel) -> list[str]:
    found = []
    if before.schedule != after.schedule:
        found.append(f"Comes {after.schedule.in_words()}.")
    if before.size != after.size:
        found.append(f"At most {after.size} posts.")
    if before.layout != after.layout:
        found.append(f"Layout: {after.layout}.")
    if before.keycaps != after.keycaps:
        found.append("Numbers to tap are added." if after.keycaps else "Numbers to tap are no longer added.")
    return found


def _undo(
    asked: Asked, before: Channel, after: Channel, added: list[Topic], removed: list[Topic]
) -> list[tuple[str, str]]:
    """A button for each change that one command takes back, and the form for the rest."""
    takes_back = []
    if before.schedule != after.schedule:
        takes_back.append(("Undo the time", asked.again(*as_typed(before.schedule))))
    if before.size != after.size:
        takes_back.append(("Undo the size", asked.again("size", str(before.size))))
    if before.layout != after.layout:
        takes_back.append(("Undo the layout", asked.again("layout", before.layout)))
    if before.languages != after.languages:
        takes_back.append(("Undo the languages", asked.again(*languages_as_typed(before))))
    if len(added) == 1 and not removed:
        takes_back.append((f"Unfollow {added[0].label[:60]}", asked.again("unfollow", added[0].label)))
    if len(removed) == 1 and not added:
        takes_back.append((f"Follow {removed[0].label[:60]} again", asked.again("follow", removed[0].label)))
    takes_back.append(("Settings", asked.again("settings")))
    return [(label, action.encode()) for label, action in takes_back if fits_on_a_button(action)]
