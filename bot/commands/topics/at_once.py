"""follow … now: topics whose new posts come within minutes"""

import re
from collections.abc import Mapping, Sequence

from bot.commands.context import Answer, Asked, in_one, said_aloud
from bot.domain.actions import fits_on_a_button, whole_number
from bot.domain.budget import Money, Purpose, in_words
from bot.domain.calendar.hours import BEGINS, ENDS
from bot.domain.channel import AtOnce, Following, Origin
from bot.domain.content import Content, Say, say
from bot.domain.topic import Topic, TopicKind
from bot.errors import Mistake
from bot.ports import PostSource
from bot.services.wording import counted, listed

MOST_AT_ONCE = 10
"""Topics of one channel; all of them are read together."""
MOST_AN_HOUR = 4
"""Cards in one channel: more would be a noise that people mute."""
ENOUGH_LIKES = 10
"""What is suggested for a hashtag."""

_WORDS = re.compile(r'"[^"]*"|\S+')
_BESIDE_A_NUMBER = frozenset({"now", "like", "likes", "with", "from", "at", "least", "and", "more", "or"})


def split_now(words: str) -> tuple[str, AtOnce | None]:
    """`@name now` and `#edchat now 20 likes`: the topics, and that they come at once. Raises Mistake."""
    typed = _WORDS.findall(words)
    place = next((n for n, word in enumerate(typed) if word.casefold() == "now"), None)
    if place is None:
        return words, None
    said = [word.casefold().rstrip("+") for word in typed[place + 1 :] if word.casefold() not in _BESIDE_A_NUMBER]
    likes = whole_number(said[0]) if len(said) == 1 else 0
    if not place or len(said) > 1 or (said and not likes):
        raise Mistake("Say the topics first, then now and how many likes a post must have: #edchat now 20 likes.")
    return " ".join(typed[:place]), AtOnce(likes)


async def check_at_once(asked: Asked, topics: Sequence[Topic]) -> None:
    """Raises Mistake, before anything is changed, where they cannot come at once."""
    sources = await _sources(asked)
    if not any(_may_read(asked, source) for source in sources):
        raise Mistake("Posts cannot come within minutes here, because nothing may be spent on it ([budget]).")
    followed = {each.topic: each for each in await asked.tx.topics.followed(asked.channel)}
    if fixed := [each.label for each in topics if _is_fixed(followed, each)]:
        raise Mistake(f"{listed(fixed)}: set in {asked.parts.config_name}; ask whoever looks after Staffroom.")
    already = {each.topic for each in followed.values() if each.at_once}
    if len(already | set(topics)) > MOST_AT_ONCE:
        raise Mistake(f"At most {counted(MOST_AT_ONCE, 'topic')} of a channel may come within minutes.")


def _is_fixed(followed: Mapping[Topic, Following], topic: Topic) -> bool:
    return topic in followed and followed[topic].origin is Origin.CONFIG


async def show_at_once(asked: Asked, topics: Sequence[Topic], at_once: AtOnce) -> Answer:
    """Has the posts of topics that the channel follows come at once, and says what that means and may cost."""
    for topic in topics:
        await asked.tx.topics.set_at_once(asked.channel, topic, at_once)
    named = listed([topic.label for topic in topics])
    what = f"{asked.here} now follows {named}. New posts {_within(asked, at_once)}"
    when = f"from {BEGINS:%H:%M} to {ENDS:%H:%M} on days with a digest, at most {MOST_AN_HOUR} an hour."
    back = [
        (f"{topic.label} in the digest only", action.encode())
        for topic in topics[:1]
        if fits_on_a_button(action := asked.again("follow", topic.label))
    ]
    return Answer(
        (
            Say(f"{what}, {when}"),
            *_rather_the_liked_ones(asked, topics, at_once),
            *await _price(asked),
            *asked.invitation(),
            *in_one(back),
        ),
        aloud=said_aloud(asked, f"wants new posts of {named} shown here within minutes."),
    )


def _rather_the_liked_ones(asked: Asked, topics: Sequence[Topic], at_once: AtOnce) -> Content:
    """Of a hashtag all that is new is mostly noise."""
    busy = next((topic for topic in topics if topic.kind is not TopicKind.ACCOUNT), None)
    if at_once.min_likes or busy is None:
        return ()
    shorter = f"/pln {'me ' if asked.is_own else ''}follow {busy.label} now {ENOUGH_LIKES} likes"
    return (Say(f"These are all new posts. For the liked ones alone: {shorter}.", "hint"),)


async def no_longer_at_once(asked: Asked, topics: Sequence[Topic]) -> list[Topic]:
    """Those that came at once and now come with the digest only."""
    followed = await asked.tx.topics.followed(asked.channel)
    ended = [each.topic for each in followed if each.at_once and each.topic in topics]
    for topic in ended:
        await asked.tx.topics.set_at_once(asked.channel, topic, None)
    return ended


def digest_only(topics: Sequence[Topic]) -> Content:
    """What is said of those; nothing where there are none."""
    named = listed([topic.label for topic in topics])
    return say(f"{named}: new posts come with the digest only from now on.") if topics else ()


def at_once_in_words(asked: Asked, at_once: AtOnce | None) -> str:
    """For a line about the topic; empty where it comes with the digest only."""
    return f", new posts {_within(asked, at_once)}" if at_once else ""


def _within(asked: Asked, at_once: AtOnce) -> str:
    minutes = int(asked.parts.spending.at_once_every.total_seconds() // 60)
    likes = f" of at least {counted(at_once.min_likes, 'like')}" if at_once.min_likes else ""
    return f"{likes} come within {counted(minutes, 'minute')}".strip()


async def _price(asked: Asked) -> Content:
    priced = [source for source in await _sources(asked) if source.prices.post]
    if not priced:
        return ()
    each, cap = in_words(priced[0].prices.post), _cap(asked)
    at_most = f", at most {in_words(cap)} a day for everything that comes within minutes" if cap is not None else ""
    return (Say(f"Each post that is read for it costs {each}{at_most}.", "hint"),)


def _cap(asked: Asked) -> Money | None:
    caps = asked.parts.caps
    limits = [limit for limit in (caps.of_purpose.get(Purpose.AT_ONCE), caps.daily) if limit is not None]
    return min(limits) if limits else None


def _may_read(asked: Asked, source: PostSource) -> bool:
    cap = _cap(asked)
    return cap is None or cap >= source.reach.smallest_page * source.prices.post


async def _sources(asked: Asked) -> list[PostSource]:
    names = (await asked.known_channel()).sources
    return [asked.parts.sources[name] for name in names if name in asked.parts.sources]
