"""budget: what was spent on reading, what is planned, and for whom"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date

from bot.commands.context import Answer, Asked
from bot.domain.budget import Money, Purpose, Spent, in_words
from bot.domain.channel import Channel
from bot.domain.content import headed
from bot.domain.keys import ChannelKey
from bot.domain.shares import left_for_channels
from bot.domain.topic import Topic
from bot.services.people.roles import is_admin
from bot.services.reading.costs import expected_a_month, month_ends, priced_sources, rest_of_month, spent_this_month
from bot.services.wording import counted, listed

MOST_TOPICS = 5
MOST_CHANNELS = 5
PURPOSES = {
    Purpose.DIGESTS: "digests",
    Purpose.AT_ONCE: "posts within minutes",
    Purpose.SEARCH: "searches",
    Purpose.ENQUIRY: "looking things up",
    Purpose.SWEEP: "looking after posts that were shown",
}


async def budget(asked: Asked, _: str) -> Answer:
    """The channel's for everybody, all of it for admins."""
    expected = await expected_a_month(asked.tx, asked.parts)
    lines = [
        await spending(asked),
        await _planned(asked, Money(sum(expected.values()))),
        await _of_channel(asked),
        await _topics(asked, expected),
        *(await _for_admins(asked) if _is_admin(asked) else []),
    ]
    return Answer(headed("What reading costs", [line for line in lines if line]))


async def spending(asked: Asked) -> str:
    """A line for all there is."""
    today, month = await asked.tx.ledger.spent(_day(asked))
    caps = asked.parts.caps
    of_day = f" of {in_words(caps.daily)}" if caps.daily is not None else ""
    of_month = f" of {in_words(caps.monthly)}" if caps.monthly is not None else ""
    return f"Spent on reading: {in_words(today)}{of_day} today, {in_words(month)}{of_month} this month (UTC)."


async def _planned(asked: Asked, a_month: Money) -> str:
    if not priced_sources(asked.parts):
        return "Reading costs nothing here."
    now, cap = asked.parts.clock.now(), asked.parts.caps.monthly
    coming = rest_of_month(a_month, now)
    days = counted((month_ends(now).date() - _day(asked)).days, "day")
    said = f"Planned until the month ends in {days}: about {in_words(coming)} more"
    if not cap:
        return f"{said}."
    month = await spent_this_month(asked.tx, asked.parts) + coming
    if month > cap:
        return f"{said}. That is more than is left, so digests will be read in part towards the end of the month."
    whole = f"; a whole month takes {percent:,} %" if (percent := round(100 * a_month / cap)) else ""
    return f"{said}. With what was spent that is {round(100 * month / cap)} % of this month's budget{whole}."


async def _of_channel(asked: Asked) -> str:
    spent = await asked.tx.ledger.spent_by_channel(_day(asked))
    ours = spent.get(asked.channel, Spent())
    said = f"{asked.here}: {in_words(ours.today)} today, {in_words(ours.this_month)} this month"
    left = left_for_channels([await asked.known_channel()], asked.parts.caps, asked.parts.spending, spent)
    share = f"; its share allows {in_words(left[asked.channel])} more now" if asked.channel in left else ""
    return f"{said}{share}. Channels that follow the same topic share its cost."


async def _topics(asked: Asked, expected: Mapping[Topic, Money]) -> str:
    """The dearest of the channel, or for an admin of all channels of the workspace, by what a month of each should
    cost: one request reads many topics, so that the ledger cannot tell which of them cost most."""
    shown = await _topics_of_workspace(asked) if _is_admin(asked) else set()
    shown |= {following.topic for following in await asked.tx.topics.followed(asked.channel)}
    dearest = _dearest_topics({topic: cost for topic, cost in expected.items() if cost and topic in shown})
    return f"Dearest topics, in a month: {dearest}." if dearest else ""


async def _topics_of_workspace(asked: Asked) -> set[Topic]:
    """What people follow for themselves alone is nobody else's business."""
    channels = {each.key for each in await asked.tx.channels.all() if each.owner is None}
    return {
        topic
        for topic, keys in (await asked.tx.topics.followers()).items()
        if any(key in channels and key.workspace == asked.channel.workspace for key in keys)
    }


def _dearest_topics(costs: Mapping[Topic, Money]) -> str:
    dearest = sorted(costs.items(), key=lambda each: (-each[1], each[0]))[:MOST_TOPICS]
    return (
        listed([f"{topic.label} about {in_words(cost)}" for topic, cost in dearest], most=MOST_TOPICS)
        if dearest
        else ""
    )


async def _for_admins(asked: Asked) -> Iterable[str]:
    tx, caps, day = asked.tx, asked.parts.caps, _day(asked)
    by_purpose = {purpose: (await tx.ledger.spent_for(purpose, day)).this_month for purpose in PURPOSES}
    used = [f"{PURPOSES[purpose]} {in_words(cost)}" for purpose, cost in by_purpose.items() if cost]
    channels = [each for each in await tx.channels.all() if each.key.workspace == asked.channel.workspace]
    spent = await tx.ledger.spent_by_channel(day)
    return [
        f"For what this month: {listed(used, most=len(PURPOSES))}." if used else "",
        _by_channel([each for each in channels if each.owner is None], spent),
        _personal([each for each in channels if each.owner is not None], spent),
        " ".join(each for each in (_unlimited("day", caps.daily), _unlimited("month", caps.monthly)) if each),
        f"The limits and shares are set under [budget] in {asked.parts.config_name}.",
    ]


def _by_channel(channels: Iterable[Channel], spent: Mapping[ChannelKey, Spent]) -> str:
    costs = {each: spent[each.key].this_month for each in channels if each.key in spent}
    dearest = sorted(costs.items(), key=lambda each: -each[1])
    named = [f"{channel.name} {in_words(cost)}" for channel, cost in dearest if cost]
    return f"By channel this month: {listed(named, most=MOST_CHANNELS)}." if named else ""


def _personal(channels: Collection[Channel], spent: Mapping[ChannelKey, Spent]) -> str:
    """What people's own digests cost together; never whose."""
    costs = [cost for each in channels if each.key in spent and (cost := spent[each.key].this_month)]
    return f"Personal digests: {len(costs)}, {in_words(Money(sum(costs)))} this month." if costs else ""


def _unlimited(period: str, cap: Money | None) -> str:
    """What the first line does not say."""
    return f"There is no limit for a {period}." if cap is None else ""


def _is_admin(asked: Asked) -> bool:
    return is_admin(asked.parts, asked.person.key.person, asked.around.standing)


def _day(asked: Asked) -> date:
    return asked.parts.clock.now().astimezone(UTC).date()
