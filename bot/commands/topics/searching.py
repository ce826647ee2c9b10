"""search: a few posts of the last days, read now"""

from datetime import timedelta

from bot.commands.context import Answer, Asked
from bot.commands.errands import asked_today, day_began, send_for
from bot.commands.rights import require, why_nothing_is_read
from bot.domain.budget import Money, Purpose, in_words
from bot.domain.content import Content, Say, ShowLink, say
from bot.domain.errand import ErrandKind
from bot.domain.people import Right
from bot.domain.topic import Topic, TopicKind, parse_search
from bot.errors import Mistake
from bot.ports import PostSource
from bot.services.parts import Parts
from bot.services.reading.means import can_pay
from bot.services.reading.spending import left_for
from bot.services.wording import counted, moment_in_words

POSTS = 10
"""That one search brings at most."""


async def search(asked: Asked, words: str) -> Answer:
    await require(asked, Right.PART)
    if not words.strip():
        raise Mistake("Say what to search for, such as /pln search fractions.")
    source = await _source(asked)
    topic = parse_search(words, account_source=source.name)
    if price(source) and (why_not := await why_nothing_is_read(asked)):
        return Answer((Say(f"{why_not} Search what was saved with /pln find."), *search_yourself(source, topic.label)))
    if refusal := await _refusal(asked, source):
        return Answer((Say(refusal), *search_yourself(source, topic.label)))
    await send_for(asked, ErrandKind.SEARCH, source.name, words.strip())
    cost = price(source)
    at_most = f" It costs at most {in_words(cost)}." if cost else ""
    return Answer(say(f"Searching {source.label} for {in_quotes(topic)}.{at_most}"))


async def _source(asked: Asked) -> PostSource:
    """The first that the channel reads. Raises Mistake where there is none."""
    channel, sources = await asked.known_channel(), asked.parts.sources
    found = next((sources[name] for name in (*channel.sources, *sources) if name in sources), None)
    if found is None:
        raise Mistake("There is nothing connected that could be searched. Search the library with /pln find fractions.")
    return found


async def _refusal(asked: Asked, source: PostSource) -> str:
    """Why not; empty where nothing speaks against it."""
    most = asked.parts.spending.searches_per_person
    if not most or not _may_cost(asked.parts, price(source)):
        return f"Searching {source.label} from here is turned off."
    channel = await asked.known_channel()
    if not await can_pay(asked.tx, asked.parts, channel, price(source)):
        return f"{asked.here} has spent its part of the money for {source.label}."
    tomorrow = day_began(asked.at) + timedelta(days=1)
    again = moment_in_words(tomorrow, now=asked.at, zone=channel.schedule.zone_info)
    if await asked_today(asked, ErrandKind.SEARCH) >= most:
        return f"You have searched {counted(most, 'time')} today, which is the limit. You can search again {again}."
    return await _spent_already(asked, source, again)


async def _spent_already(asked: Asked, source: PostSource, tomorrow: str) -> str:
    """Where the money does not reach for one search more; empty where it does."""
    day, caps, cost = day_began(asked.at).date(), asked.parts.caps, price(source)
    left = await left_for(asked.tx, caps, Purpose.SEARCH, day)
    if left is None or left >= cost:
        return ""
    _, this_month = await asked.tx.ledger.spent(day)
    if caps.monthly is not None and caps.monthly - this_month < cost:
        return f"The money for searches on {source.label} is spent for this month."
    return f"The money for searches on {source.label} is spent for today. You can search again {tomorrow}."


def _may_cost(parts: Parts, cost: Money) -> bool:
    limits = (parts.caps.of_purpose.get(Purpose.SEARCH), parts.caps.daily, parts.caps.monthly)
    return all(limit is None or limit >= cost for limit in limits)


def price(source: PostSource) -> Money:
    """What a search costs at most."""
    return Money(POSTS * source.prices.post)


def in_quotes(topic: Topic) -> str:
    """What is searched for, within a sentence: a hashtag or an account needs no marks around it."""
    return f"“{topic.label}”" if topic.kind is TopicKind.WORDS else topic.label


def search_yourself(source: PostSource, words: str) -> Content:
    """The free way, which always works."""
    url = source.search_url(words)
    return (ShowLink(f"Search on {source.label}", url),) if url else ()
