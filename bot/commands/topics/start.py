"""start: topics to begin with, by subject and country, with what they can cost"""

from collections.abc import Sequence

from bot.commands.context import Answer, Asked, in_one, said_aloud
from bot.commands.rights import require
from bot.commands.topics.topics import follow_all, labels, next_digest, unfollow_all
from bot.domain.actions import follow_pack, unfollow_pack
from bot.domain.budget import Money, in_words
from bot.domain.calendar.regions import country_code
from bot.domain.content import Content, Say, headed, offer, say
from bot.domain.packs import Pack, cost_at_most, countries, packs_for, subject_meant, subjects
from bot.domain.people import Right
from bot.domain.suggest import nearest
from bot.domain.topic import Topic, parse_topics
from bot.errors import Mistake
from bot.services.wording import counted, listed

MOST_SHOWN = 6
MOST_SUBJECTS = 20


async def start(asked: Asked, words: str) -> Answer:
    packs = asked.parts.packs
    if not packs:
        return Answer(say("There are no packs of topics here. Begin with /pln follow #edchat."))
    if not words.strip():
        return _subjects(asked, packs)
    subject, country = _meant(packs, words.strip().casefold())
    found = packs_for(packs, subject, country)[:MOST_SHOWN]
    if not found:
        raise Mistake(
            f"There is no pack about {subject} for {country.upper()}. Say /pln start {subject} for all of them."
        )
    return await _offered(asked, found)


def _subjects(asked: Asked, packs: Sequence[Pack]) -> Answer:
    known = subjects(packs)[:MOST_SUBJECTS]
    lines = [
        "A pack is a handful of hashtags and accounts to begin with. Choose a subject:",
        f"Add a country for what is close to you, such as {_example(packs, asked)}.",
    ]
    buttons = [(each.capitalize(), asked.again("start", each).encode()) for each in known]
    return Answer((*headed("Begin with a subject", lines), *in_one(buttons)))


def _example(packs: Sequence[Pack], asked: Asked) -> str:
    with_country = next((pack for pack in packs if pack.countries), None)
    start = "/pln me start" if asked.is_own else "/pln start"
    return f"{start} {with_country.subject} {with_country.countries[0]}" if with_country else f"{start} maths gb"


def _meant(packs: Sequence[Pack], words: str) -> tuple[str, str]:
    """Subject and country; either may be left out. Raises Mistake."""
    codes = {each.casefold() for each in countries(packs)}
    first, _, last = words.rpartition(" ")
    last = country_code(last).casefold()
    subject = subject_meant(packs, first)
    if last in codes and (subject or not first):
        return subject, last
    if whole := subject_meant(packs, words):
        return whole, ""
    if subject:
        known = [each.upper() for each in sorted(codes)]
        raise Mistake(f"“{last[:20]}” is not a country I have packs for. I know {listed(known, most=40)}.")
    raise Mistake(f"There is no pack about “{words[:40]}”.{nearest(words, subjects(packs))} See /pln start.")


async def _offered(asked: Asked, packs: Sequence[Pack]) -> Answer:
    watched = set(await asked.tx.topics.watched())
    blocks: list[Say] = []
    for pack in packs:
        topics = await _topics(asked, pack)
        blocks.append(Say(f"{pack.name}: {listed(labels(topics), most=len(topics))}."))
        new = sum(topic not in watched for topic in topics)
        blocks.append(Say(" ".join([await _cost(asked, new), pack.checked]).strip(), "hint"))
    buttons = offer(*((f"Follow {pack.name}", follow_pack(pack.id, own=asked.is_own).encode()) for pack in packs))
    return Answer((Say("Topics to begin with", "heading"), *blocks, buttons))


async def _topics(asked: Asked, pack: Pack) -> list[Topic]:
    channel = await asked.known_channel()
    return parse_topics(" ".join(pack.topics), account_source=channel.sources[0])


async def _cost(asked: Asked, new: int) -> str:
    """For what nobody reads yet: what is read already costs nothing more."""
    if not new:
        return "All of this is read already, so it costs nothing more."
    channel = await asked.known_channel()
    sources = [asked.parts.sources[name] for name in channel.sources if name in asked.parts.sources]
    cost = cost_at_most(new, Money(sum(source.prices.post for source in sources)), asked.parts.caps)
    if not cost.a_day:
        return "Reading this is free."
    most = f"at most {in_words(cost.a_day)} a school day and {in_words(cost.a_month)} a month"
    return f"Reading {counted(new, 'new topic')} costs {most}; mostly far less."


async def follow_pack_now(asked: Asked, identifier: str) -> Answer:
    """Without asking what it costs, or whether somebody has to agree."""
    pack = _pack(asked, identifier)
    new = await follow_all(asked, await _topics(asked, pack))
    if not new:
        return Answer(say(f"{asked.here} follows all of {pack.name} already."))
    undo = unfollow_pack(pack.id, own=asked.is_own)
    buttons = [("Undo", undo.encode()), ("Preview", asked.again("digest", "preview").encode())]
    private: Content = (Say(f"{asked.here} now follows {listed(labels(new))}."), *await next_digest(asked))
    return Answer(
        (*private, offer(*buttons)), said_aloud(asked, f"added {listed(labels(new))} to this channel's digest.")
    )


async def topics_of_pack(asked: Asked, identifier: str) -> list[Topic]:
    """Raises Mistake where the pack is no longer there."""
    return await _topics(asked, _pack(asked, identifier))


async def unfollow_the_pack(asked: Asked, identifier: str) -> Answer:
    await require(asked, Right.CHANGE)
    pack = _pack(asked, identifier)
    gone = await unfollow_all(asked, await _topics(asked, pack))
    if not gone:
        return Answer(say(f"{asked.here} follows nothing of {pack.name}."))
    buttons = offer((f"Follow {pack.name} again", follow_pack(pack.id, own=asked.is_own).encode()))
    return Answer(
        (Say(f"{asked.here} no longer follows {listed(labels(gone))}."), buttons),
        said_aloud(asked, f"took {listed(labels(gone))} out of this channel's digest."),
    )


def _pack(asked: Asked, identifier: str) -> Pack:
    pack = next((each for each in asked.parts.packs if each.id == identifier), None)
    if pack is None:
        raise Mistake("This pack is no longer there. See /pln start.")
    return pack
