"""follow: what topics will cost is said before they cost it, and above a limit an admin has to agree"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.commands.context import Answer, Asked, in_one
from bot.commands.errands import asked_today, send_for
from bot.commands.rights import may_only_suggest, require
from bot.commands.topics.at_once import check_at_once, split_now
from bot.commands.topics.start import follow_pack_now, topics_of_pack
from bot.commands.topics.topics import follow_all, follow_now, labels, not_yet_followed, put_channel, topics_in
from bot.domain.actions import Action, accept_suggestion, agree_to, fits_on_a_button, whole_number
from bot.domain.budget import Money, in_words
from bot.domain.channel import AtOnce
from bot.domain.content import Content, Say, say
from bot.domain.errand import ErrandKind
from bot.domain.keys import ChannelKey
from bot.domain.people import Right
from bot.domain.topic import Topic, parse_topics
from bot.errors import Mistake
from bot.ports import PostSource
from bot.services.notice_keys import MOST_SUGGESTED_A_DAY, suggestion_keys
from bot.services.people.roles import is_admin
from bot.services.reading.costs import COUNTABLE, Price, ReadingCosts, price_of, priced_sources
from bot.services.reading.means import can_pay
from bot.services.wording import counted, listed

MOST_COUNTED = 5
"""Topics of one command; what the others cost is supposed."""
MOST_ASKED_A_DAY = 10
"""So often a person's commands may have topics counted in a day."""
ASKED_AGAIN_AFTER = timedelta(days=1)
ONLY_SOME = "Only admins, and people whom an admin chose, decide here what is followed."
A_CENT = Money(10_000)

_NOW = "now:"
_PACK = "pack:"


@dataclass(frozen=True, slots=True)
class Wish:
    """Topics that somebody wants to follow: within minutes as well where `at_once` says so, and together as the pack
    with this id."""

    topics: tuple[Topic, ...]
    at_once: AtOnce | None = None
    pack: str = ""

    def written(self) -> tuple[str, ...]:
        """The topics of a pack stand in the pack."""
        if self.pack:
            return (f"{_PACK}{self.pack}",)
        how = f"{_NOW}{self.at_once.min_likes}" if self.at_once else ""
        return (how, *labels(self.topics))


async def read_wish(asked: Asked, words: Sequence[str]) -> Wish:
    """Raises Mistake where its pack is no longer there, or it was never written by us."""
    how, *topics = words or ("",)
    if how.startswith(_PACK):
        pack = how.removeprefix(_PACK)
        return Wish(tuple(await topics_of_pack(asked, pack)), pack=pack)
    likes = how.removeprefix(_NOW)
    at_once = AtOnce(whole_number(likes)) if how.startswith(_NOW) else None
    channel = await asked.known_channel()
    return Wish(tuple(parse_topics(" ".join(topics), account_source=channel.sources[0])), at_once)


async def follow(asked: Asked, words: str) -> Answer:
    is_suggestion = await _is_suggestion(asked)
    words, at_once = split_now(words)
    topics = await topics_in(asked, words, "follow")
    if at_once is not None:
        await check_at_once(asked, topics)
    wish = Wish(tuple(topics), at_once)
    return await _suggest(asked, wish) if is_suggestion else await _wish(asked, wish)


async def follow_the_pack(asked: Asked, identifier: str) -> Answer:
    is_suggestion = await _is_suggestion(asked)
    wish = Wish(tuple(await topics_of_pack(asked, identifier)), pack=identifier)
    return await _suggest(asked, wish) if is_suggestion else await _wish(asked, wish)


async def _is_suggestion(asked: Asked) -> bool:
    """Raises Mistake for who may not even suggest."""
    if await may_only_suggest(asked):
        return True
    await require(asked, Right.CHANGE)
    return False


async def _wish(asked: Asked, wish: Wish) -> Answer:
    """Where nobody knows how much there is of a topic, its source is asked first."""
    new = await not_yet_followed(asked, wish.topics)
    unknown = await _to_be_counted(asked, new)
    if not unknown:
        return await fulfil(asked, wish)
    await put_channel(asked)
    await send_for(asked, ErrandKind.FORECAST, asked.remedy, *wish.written())
    asked_about = list(dict.fromkeys(topic.label for topics in unknown.values() for topic in topics))
    have = f"{listed(asked_about)} {'has' if len(asked_about) == 1 else 'have'}"
    whom = listed([asked.parts.source_label(name) for name in unknown])
    return Answer((Say(f"Asking {whom} how many posts {have}, to say what following costs.", "hint"),))


async def _to_be_counted(asked: Asked, topics: Sequence[Topic]) -> Mapping[str, Sequence[Topic]]:
    """By source. Nothing where counting is not to be had, or not for this person or channel today."""
    channel = await asked.known_channel()
    found = {
        source.name: unknown
        for source in priced_sources(asked.parts)
        if source.name in channel.sources and (unknown := await unknown_topics(asked, source, topics))
    }
    if not found or await asked_today(asked, ErrandKind.FORECAST) >= MOST_ASKED_A_DAY:
        return {}
    price = sum(asked.parts.sources[name].prices.counts * len(unknown) for name, unknown in found.items())
    return found if await can_pay(asked.tx, asked.parts, channel, Money(price)) else {}


async def unknown_topics(asked: Asked, source: PostSource, topics: Sequence[Topic]) -> list[Topic]:
    """The first few of those that the source can count, that nobody reads and of which nothing is known."""
    if not source.reach.counts:
        return []
    costs = await ReadingCosts.gather(asked.tx, asked.parts, source, topics)
    unknown = [
        topic
        for topic in topics
        if topic.kind in COUNTABLE and topic not in costs.followers and not costs.is_known(topic)
    ]
    return unknown[:MOST_COUNTED]


# ----------------------------------------------------------------------------------------------------- said, then done


async def fulfil(asked: Asked, wish: Wish) -> Answer:
    """Does it and says what it costs, or asks an admin to agree."""
    new = await not_yet_followed(asked, wish.topics)
    price = await price_of(asked.tx, asked.parts, await asked.known_channel(), new) if new else None
    if price is not None and needs_an_admin(asked, price.added):
        return await _ask_an_admin(asked, wish, price)
    answer = await _follow(asked, wish)
    if price is None:
        return answer
    first, *rest = answer.private
    return replace(answer, private=(first, Say(price_in_words(asked, price), "hint"), *rest))


async def _follow(asked: Asked, wish: Wish) -> Answer:
    if wish.pack:
        return await follow_pack_now(asked, wish.pack)
    return await follow_now(asked, wish.topics, wish.at_once)


def needs_an_admin(asked: Asked, added: Money) -> bool:
    is_one = is_admin(asked.parts, asked.person.key.person, asked.around.standing)
    return added > asked.parts.spending.agree_above and not is_one


async def _ask_an_admin(asked: Asked, wish: Wish, price: Price) -> Answer:
    """The channel hears it, once a day, with a button for an admin. One's own digest is nobody else's business: its
    owner hears what else can be done."""
    limit = in_words(asked.parts.spending.agree_above)
    said = (Say(f"{_costs(price)}, and above {limit} an admin has to agree. Nothing was changed."),)
    if asked.is_own:
        less = "A smaller digest costs less, such as /pln me size 2. In a channel an admin can agree to it."
        return Answer((*said, Say(less, "hint")))
    if asked.is_outside:
        return Answer((*said, Say("An admin can do the same here, and it is done.", "hint"), *asked.invitation()))
    if not await _may_ask_again(asked, wish):
        return Answer((*said, Say("This channel was asked already today. An admin can agree there.", "hint")))
    asking = Say("This channel is asked, so that an admin can agree.", "hint")
    return Answer((*said, asking), aloud=_question(asked, wish, price))


def _question(asked: Asked, wish: Wish, price: Price) -> Content:
    """To the channel. Without a button, or where it would not hold the topics, they have to be typed."""
    wants = f"would like this channel to follow {listed(labels(wish.topics))}. {_costs(price)}."
    button, typed = _button(asked, "Agree (admins only)", agree_to(*wish.written())), _as_typed(wish)
    how = "An admin can agree with the button." if button else f"An admin can agree by typing here: {typed}"
    return (Say(wants, by=asked.person.key.person), Say(how, "hint"), *in_one(button))


def _button(asked: Asked, label: str, action: Action) -> list[tuple[str, str]]:
    return [(label, action.encode())] if asked.able.buttons and fits_on_a_button(action) else []


def _as_typed(wish: Wish) -> str:
    return f"/pln follow {' '.join(labels(wish.topics))}"


async def _may_ask_again(asked: Asked, wish: Wish) -> bool:
    return await _first_time_today(asked, asked.channel.workspace, _asked_about(asked, wish))


async def _first_time_today(asked: Asked, workspace: str, key: str) -> bool:
    told = await asked.tx.notices.told_at(workspace, key)
    if told is not None and asked.at - told >= ASKED_AGAIN_AFTER:
        await asked.tx.notices.clear(workspace, key)
    return await asked.tx.notices.first_time(workspace, key, asked.at)


def _asked_about(asked: Asked, wish: Wish) -> str:
    return f"agree:{asked.channel.channel}:{' '.join(wish.written())}"


async def agree(asked: Asked, words: Sequence[str]) -> Answer:
    """An admin agrees; everybody else is told who can."""
    await require(asked, Right.GOVERN)
    return await fulfil(asked, await _no_longer_asked_about(asked, words))


async def _no_longer_asked_about(asked: Asked, words: Sequence[str]) -> Wish:
    """What a button stands for that somebody else decides about. Raises Mistake."""
    wish = await read_wish(asked, words)
    if not wish.topics:
        raise Mistake("This button is not one of ours.")
    if wish.at_once:
        await check_at_once(asked, wish.topics)
    await asked.tx.notices.clear(asked.channel.workspace, _asked_about(asked, wish))
    return wish


# ------------------------------------------------------------------------------------------------- suggested to others


async def _suggest(asked: Asked, wish: Wish) -> Answer:
    """The channel hears it, once a day, with a button for who may follow. One's own digest brings what is followed here
    anyway, and costs nothing then."""
    new = await not_yet_followed(asked, wish.topics)
    if asked.is_own:
        await _require_that_others_follow(asked, new)
        if wish.at_once:
            raise Mistake(f"Posts within minutes cost money. {ONLY_SOME}")
        return await fulfil(asked, wish)
    if not new:
        return Answer(say(f"{asked.here} follows {listed(labels(wish.topics))} already."))
    if asked.is_outside:
        return Answer((*say(f"{ONLY_SOME} Nothing was changed."), *asked.invitation()))
    if not await _may_ask_again(asked, wish):
        return Answer(say(f"{ONLY_SOME} It was suggested here already today."))
    if not await _may_suggest_more(asked):
        await asked.tx.notices.clear(asked.channel.workspace, _asked_about(asked, wish))
        return Answer(say(f"{ONLY_SOME} You have suggested {MOST_SUGGESTED_A_DAY} times today: try again tomorrow."))
    return Answer(say(f"{ONLY_SOME} It is suggested in this channel now."), aloud=_suggestion(asked, wish))


async def check_may_follow(asked: Asked, topics: Sequence[Topic]) -> None:
    """Raises Mistake, before anything is changed, for topics that others decide about."""
    if await may_only_suggest(asked):
        await _require_that_others_follow(asked, await not_yet_followed(asked, topics))


async def _require_that_others_follow(asked: Asked, topics: Sequence[Topic]) -> None:
    """Raises Mistake for what no channel of the workspace follows."""
    followers = await asked.tx.topics.followers() if topics else {}
    alone = [topic.label for topic in topics if not await _is_of_all(asked, followers.get(topic, ()))]
    if alone:
        raise Mistake(f"No channel here follows {listed(alone)}. {ONLY_SOME} Suggest it in a channel.")


async def _is_of_all(asked: Asked, channels: Sequence[ChannelKey]) -> bool:
    known = [await asked.tx.channels.get(each) for each in channels if each.workspace == asked.channel.workspace]
    return any(channel is not None and channel.owner is None for channel in known)


def _suggestion(asked: Asked, wish: Wish) -> Content:
    wants = f"suggests that this channel follows {listed(labels(wish.topics))}."
    button, typed = _button(asked, "Follow", accept_suggestion(*wish.written())), _as_typed(wish)
    who = "Who may follow topics here can"
    how = f"{who} do it with the button." if button else f"{who} type: {typed}"
    return (Say(wants, by=asked.person.key.person), Say(how, "hint"), *in_one(button))


async def _may_suggest_more(asked: Asked) -> bool:
    """Everybody hears a suggestion, so nobody makes many in a day."""
    workspace = asked.channel.workspace
    for key in suggestion_keys(asked.person.key.person):
        if await _first_time_today(asked, workspace, key):
            return True
    return False


async def accept(asked: Asked, words: Sequence[str]) -> Answer:
    """Somebody who may follow does what was suggested, as if they had typed it."""
    await require(asked, Right.CHANGE)
    return await _wish(asked, await _no_longer_asked_about(asked, words))


# --------------------------------------------------------------------------------------------------------------- words


def price_in_words(asked: Asked, price: Price) -> str:
    """`#edchat: about 110 posts a day; following it adds about $1.10 a month. 62 % of this month's budget is
    planned.`"""
    return f"{_costs(price)}. {planned_in_words(asked, price)}".rstrip()


def _costs(price: Price) -> str:
    if len(price.per_day) > 1:
        return f"{_volumes(price.per_day)}. {_adds(price, 'Following them')}"
    ((topic, a_day),) = price.per_day.items()
    return f"{_volume(topic, a_day)}; {_adds(price, 'following it')}"


def _volume(topic: Topic, a_day: float | None) -> str:
    if a_day is None:
        return f"{topic.label}: nobody knows yet how much there is"
    if a_day < 1:
        return f"{topic.label}: less than a post a day"
    return f"{topic.label}: about {counted(round(a_day), 'post')} a day"


def _volumes(per_day: Mapping[Topic, float | None]) -> str:
    """`Posts a day: #edchat about 110, #mathchat less than 1; not known yet: @harbourstlib`, the busiest first."""
    known = sorted(((a_day, topic) for topic, a_day in per_day.items() if a_day is not None), reverse=True)
    unknown = [topic.label for topic, a_day in per_day.items() if a_day is None]
    said = [f"{topic.label} {f'about {round(a_day):,}' if a_day >= 1 else 'less than 1'}" for a_day, topic in known]
    parts = [
        f"posts a day: {listed(said, most=MOST_COUNTED + 1)}" if said else "",
        f"not known yet: {listed(unknown, most=MOST_COUNTED + 1)}" if unknown else "",
    ]
    words = "; ".join(part for part in parts if part)
    return words[:1].upper() + words[1:]


def _adds(price: Price, following: str) -> str:
    if not price.added:
        return f"{following} adds nothing to what is read already"
    amount = "less than $0.01" if price.added < A_CENT else f"about {in_words(price.added)}"
    return f"{following} adds {amount} a month"


def planned_in_words(asked: Asked, price: Price) -> str:
    """Empty where a month has no limit."""
    cap = asked.parts.caps.monthly
    if not cap:
        return ""
    percent = round(100 * price.planned / cap)
    if price.planned > cap:
        return f"{percent:,} % of this month's budget is planned, so that digests will be read in part."
    more = (
        " A whole month costs more than the budget, so that digests will be read in part."
        if price.a_month > cap
        else ""
    )
    return f"{percent:,} % of this month's budget is planned.{more}"


async def follow_from_form(asked: Asked, topics: Sequence[Topic]) -> tuple[list[Topic], Answer]:
    """Those that are followed now, and what is said besides: what they cost, or that they have to wait, because nobody
    knows what they cost, or an admin has to agree."""
    new = await not_yet_followed(asked, topics)
    price = await price_of(asked.tx, asked.parts, await asked.known_channel(), new) if new else None
    if price is not None and needs_an_admin(asked, price.added):
        return [], await _wish(asked, Wish(tuple(new)))
    said = () if price is None else (Say(price_in_words(asked, price), "hint"),)
    return await follow_all(asked, topics), Answer(said)
