"""taste: what a channel prefers, and beginning anew"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.commands.context import Answer, Asked, in_one, said_aloud
from bot.commands.rights import require
from bot.domain.channel import Channel
from bot.domain.content import Say, headed, offer, say
from bot.domain.people import Right
from bot.domain.suggest import nearest
from bot.domain.taste import MEMORY, Leaning, Trait
from bot.errors import Mistake
from bot.services.digest.leanings import Heard, heard_in, labels_of
from bot.services.wording import counted, date_in_words, listed

MOST_SHOWN = 6
RESET, SINCE, EVER = "reset", "since", "ever"
NO_LONGER_KNOWN = "an account that is no longer known"


async def taste(asked: Asked, words: str) -> Answer:
    """`reset` begins anew; `since` and a moment is what its undo says: what was said from then on counts again."""
    word, _, moment = words.strip().casefold().partition(" ")
    if not word:
        return await _show(asked)
    await require(asked, Right.CHANGE)
    if word == RESET and not moment:
        return await _begin_anew(asked)
    if word == SINCE and moment:
        return await _count_again(asked, _moment(moment, asked.at))
    raise _misunderstood(word)


async def _begin_anew(asked: Asked) -> Answer:
    channel = await asked.known_channel()
    if not (await heard_in(asked.tx, channel, asked.at)).votes:
        return Answer(say(f"{asked.here} has no preferences yet, so there is nothing to begin anew."))
    await asked.tx.channels.put(replace(channel, taste_since=asked.at))
    earlier = channel.taste_since.isoformat() if channel.taste_since else EVER
    undo = offer(("Undo", asked.again("taste", SINCE, earlier).encode()))
    sentence = f"{asked.here} begins anew: only what people save and ask for from now on counts. Saves stay saved."
    return Answer((Say(sentence), undo), said_aloud(asked, "began anew with what this channel prefers."))


async def _count_again(asked: Asked, since: datetime | None) -> Answer:
    channel = await asked.known_channel()
    if channel.taste_since == since:
        return Answer(say("That is how it is already."))
    await asked.tx.channels.put(replace(channel, taste_since=since))
    anew = offer(("Begin anew", asked.again("taste", RESET).encode()))
    sentence = "What people saved and asked for before counts again."
    return Answer((Say(sentence), anew), said_aloud(asked, f"took a new beginning back. {sentence}"))


def _moment(text: str, now: datetime) -> datetime | None:
    """None for ever, which all that is forgotten anyway comes to. Raises Mistake for what no undo of ours says."""
    if text == EVER:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _misunderstood(text) from None
    if moment.utcoffset() != timedelta(0) or moment > now:
        raise _misunderstood(text)
    return moment if now - moment < MEMORY else None


def _misunderstood(word: str) -> Mistake:
    meant = nearest(word, [RESET])
    return Mistake(f"Say /pln taste to see what is learnt, or /pln taste reset to begin anew.{meant}")


# ----------------------------------------------------------------------------------------------------------- in words


async def _show(asked: Asked) -> Answer:
    channel = await asked.known_channel()
    heard = await heard_in(asked.tx, channel, asked.at)
    leanings = heard.taste().leanings
    weighty = sorted((each for each in leanings.values() if each.weight), key=_heaviest_first)
    waiting = [trait for trait in heard.wishes_of(asked.person.key.person) if leanings[trait].less < heard.voices]
    labels = await labels_of(asked.tx, [*(each.trait for each in weighty), *waiting])
    lines = [
        *_line("More of", [_in_words(asked, each, labels, heard) for each in weighty if each.weight > 0]),
        *_line("Less of", [_in_words(asked, each, labels, heard) for each in weighty if each.weight < 0]),
        *_waiting([labels.get(trait, NO_LONGER_KNOWN) for trait in waiting]),
    ]
    anew = _since_when(channel)
    if not lines:
        return Answer(say(f"{asked.here} has no preferences yet.{anew} {_how_it_learns(asked)}"))
    heading = "What your own digest prefers" if asked.is_own else "What this channel prefers"
    button = in_one([("Begin anew", asked.again("taste", RESET).encode())])
    return Answer((*headed(heading, lines), Say(f"{_how_it_learns(asked)}{anew}", "hint"), *button))


def _heaviest_first(leaning: Leaning) -> tuple[float, Trait]:
    return -abs(leaning.weight), leaning.trait


def _in_words(asked: Asked, leaning: Leaning, labels: Mapping[Trait, str], heard: Heard) -> str:
    """With how many people said so, where there is more than one reader."""
    label = labels.get(leaning.trait, NO_LONGER_KNOWN)
    if asked.is_own:
        return label
    saved = [f"saved by {counted(leaning.saved, 'person', 'people')}"] if leaning.saved else []
    less = [f"less wanted by {counted(leaning.less, 'person', 'people')}"] if leaning.less >= heard.voices else []
    return f"{label} ({', '.join([*saved, *less])})"


def _line(beginning: str, words: Sequence[str]) -> list[str]:
    return [f"{beginning}: {listed(words, MOST_SHOWN)}."] if words else []


def _waiting(labels: Sequence[str]) -> list[str]:
    """Told to nobody but who asked: among few people a wish that only one has would be known to be theirs."""
    if not labels:
        return []
    return [f"You asked for less of {listed(labels, MOST_SHOWN)}. It counts once a colleague asks for it, too."]


def _how_it_learns(asked: Asked) -> str:
    who, agree = ("you save", "") if asked.is_own else ("people save", ", once two people agree")
    learns = f"It learns from what {who}, and from “Less like item” in the menu of an item{agree}."
    return f"{learns} Posts move up or down a little for it, less and less until a year has passed."


def _since_when(channel: Channel) -> str:
    if channel.taste_since is None:
        return ""
    day = channel.taste_since.astimezone(channel.schedule.zone_info).date()
    return f" It began anew on {date_in_words(day)}."
