"""find, and what is offered where nothing was found"""

from collections.abc import Mapping

from bot.commands.context import Answer, Asked
from bot.commands.library.taking_out import export_ways
from bot.commands.paging import page_of
from bot.domain.content import AskForm, Content, Say, ShowItem, ShowPost, Way, say, ways
from bot.domain.search import Query, Total, words_sought
from bot.domain.search.query import AnyOf
from bot.errors import Mistake
from bot.services.digest.read_already import posts_read_with
from bot.services.library.sought import Looking, everywhere, in_order
from bot.services.people.threshold import savers_needed
from bot.services.saying.forms import FIND, FormState
from bot.services.saying.suggesting import topics_about
from bot.services.wording import amount, capital, counted, cut

WHAT_TO_FIND = "Say what to look for, such as /pln find fractions. All it understands is under /pln help find."
POSTS_SHOWN = 3
TOPICS_SHOWN = 3
LONGEST_IN_A_HEADING = 80


async def find(asked: Asked, words: str) -> Answer:
    if not words.strip() and asked.able.forms:
        return Answer(say(WHAT_TO_FIND), form=AskForm(FIND, FormState().written(), again=""))
    return await _found(asked, in_order(words))


async def find_form(asked: Asked, _: FormState, values: Mapping[str, str]) -> Answer:
    return await _found(asked, values.get("words", ""))


async def _found(asked: Asked, typed: str) -> Answer:
    channel, least = await asked.known_channel(), await savers_needed(asked.tx, asked.channel.workspace)
    looking = Looking(asked.tx, asked.parts, asked.channel, asked.person.key.person, least, library=channel.library)
    query = await looking.understood(typed)
    if query.tree is None:
        raise Mistake(WHAT_TO_FIND)
    page = page_of(asked)
    items, total = await looking.find(query, limit=page.size, offset=page.offset)
    beyond = await _way_beyond(looking, query, total)
    if not items:
        return await _nothing_found(asked, looking, query, beyond)
    where = f" in the library of {channel.department}" if looking.is_narrowed(query) else ""
    heading = Say(
        f"{capital(counted(total, 'item'))}{where} with {_quoted(query)}{page.part(len(items), total.counted)}",
        "heading",
    )
    found = (ShowItem(item.id, query.text) for item in items)
    export = export_ways(asked, f"find {looking.written_out(query)}")
    return Answer((heading, *found, *ways(*page.ways(f"find {query.text}", total.counted), *beyond, *export)))


async def _way_beyond(looking: Looking, query: Query, total: Total) -> list[Way]:
    """Where other libraries have more of it."""
    more = await looking.count_beyond(query)
    way = Way(f"Look in all libraries ({amount(more)})", f"find {everywhere(query).text}")
    return [way] if more.may_exceed(total) else []


async def _among_ones_own(looking: Looking, query: Query) -> list[Way]:
    """What somebody keeps to themselves is found where they ask for their own."""
    words = f"({query.text})" if isinstance(query.tree, AnyOf) else query.text
    own = await looking.understood(f"by:me {words}")
    own = everywhere(own) if looking.is_narrowed(own) else own
    found = await looking.count(own)
    return [Way(f"Look in my saves ({amount(found)})", f"find {own.text}")] if found else []


async def _nothing_found(asked: Asked, looking: Looking, query: Query, beyond: list[Way]) -> Answer:
    """First what costs nothing and was meant perhaps."""
    where = " in this library" if looking.is_narrowed(query) else ""
    sentence = f"Nothing saved so far{where} has {_quoted(query)}."
    beyond = [*beyond, *await _among_ones_own(looking, query)]
    meant = "" if beyond else await looking.perhaps_meant(query)
    read = await _read_already(asked, query)
    if meant:
        sentence += f" Did you mean “{meant}”?"
    elif not beyond and not read:
        sentence += " Try fewer or shorter words."
    closer = [*beyond, *([Way(f"Find {meant}", f"find {meant}")] if meant else [])]
    again = [Way("Find something else", "find")] if asked.able.forms else []
    further = [*_search(asked, query), *await _topics(asked, query), *again]
    return Answer((Say(sentence), *ways(*closer), *read, *ways(*further)))


async def _read_already(asked: Asked, query: Query) -> Content:
    """What the topics of the channel brought lately, although nobody saved it."""
    posts = await posts_read_with(asked.tx, asked.parts, await asked.known_channel(), query)
    if not posts:
        return ()
    best = posts[:POSTS_SHOWN]
    which = f", the newest {len(best)}" if len(posts) > len(best) else ""
    heading = f"{counted(len(posts), 'post')} of the last days {'have' if len(posts) > 1 else 'has'} it{which}"
    return (Say(heading, "heading"), *(ShowPost(key.source, key.id, "", saves=True) for key in best))


def _search(asked: Asked, query: Query) -> list[Way]:
    """What is in no library may be found outside, for a price that the search says."""
    source, words = next(iter(asked.parts.sources.values()), None), _words(query)
    return [Way(f"Search {source.label}", f"search {' '.join(words)}")] if source and words else []


async def _topics(asked: Asked, query: Query) -> list[Way]:
    """Topics that would bring such posts from now on."""
    found = await topics_about(asked.tx, asked.parts, asked.person.key, asked.channel, _words(query))
    follow = "me follow" if asked.is_own else "follow"
    return [Way(f"Follow {topic}", f"{follow} {topic}") for topic in found[:TOPICS_SHOWN]]


def _quoted(query: Query) -> str:
    """What was typed, as far as a heading has room for it."""
    return f"“{cut(query.text, LONGEST_IN_A_HEADING)[0]}”"


def _words(query: Query) -> list[str]:
    """What it is about, without what it must not have."""
    return list(dict.fromkeys(word for each in words_sought(query.tree) for word in each.words))
