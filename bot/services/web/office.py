"""How a workspace is set up and how it fares, for those who look after it on the web."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC

from bot.domain.budget import Money, in_words
from bot.domain.channel import Channel
from bot.domain.check import Check, Health
from bot.domain.names import NamesPolicy, policy_by
from bot.domain.people import Right
from bot.domain.rules import EVERYBODY, Rule, RuleKind, is_open
from bot.domain.search import ALL_ITEMS
from bot.ports import Transaction
from bot.ports.office import Line, Part, State
from bot.services.digest.calendars import coming
from bot.services.parts import Parts
from bot.services.people.roles import chosen_for, has_rule
from bot.services.people.sign_in_links import can_be_sent_to
from bot.services.people.threshold import savers_needed
from bot.services.reading.health import health_in_words
from bot.services.wording import counted, listed, one_line

NOT_WELL = {
    Health.OK: "",
    Health.WARN: "It works, with a warning. Whoever runs Staffroom sees which with staffroom doctor.",
    Health.FAIL: "It does not work now. Whoever runs Staffroom sees why with staffroom doctor and in its log.",
}
NAMES = {
    NamesPolicy.ALL: "Colleagues see them",
    NamesPolicy.SAVER: "Everybody sees their own only",
    NamesPolicy.NONE: "Nobody sees any",
}
TROUBLES = {
    "uncertain": "Nobody knows whether they arrived, so they are not sent again",
    "lost": "They could not be shown",
    "abandoned": "They were given up after many attempts",
}

Readiness = Callable[[], Awaitable[Sequence[Check]]]


class EngineOffice:
    """The `Office` of a running engine."""

    def __init__(self, parts: Parts, readiness: Readiness) -> None:
        self._parts = parts
        self._readiness = readiness

    async def settings(self, workspace: str) -> Sequence[Part]:
        async with self._parts.store.reading() as tx:
            channels = [each for each in await tx.channels.all() if _is_of(each, workspace)]
            return [
                Part("Channels", tuple([await self._channel(tx, each) for each in channels])),
                Part("Library", await self._library(tx, workspace, channels)),
                Part("Web", await self._web(tx, workspace)),
                Part("Money", (await self._money(tx, channels),)),
            ]

    async def _channel(self, tx: Transaction, channel: Channel) -> Line:
        followed = [each.topic.label for each in await tx.topics.followed(channel.key)]
        follows = f"Follows {listed(followed, most=8)}." if followed else "Follows nothing yet."
        department = f" Its department is {channel.department}." if channel.department else ""
        due = (await coming(tx, self._parts, channel)).line(self._parts.clock.now())
        return Line(channel.name, f"{follows} Comes {channel.schedule.in_words()}. {due}{department}")

    async def _library(self, tx: Transaction, workspace: str, channels: Sequence[Channel]) -> tuple[Line, ...]:
        rules, least = await tx.rules.of(workspace), await savers_needed(tx, workspace)
        items = (
            await tx.library.find(workspace, ALL_ITEMS, saved_by=None, viewer=None, limit=1, offset=0, least=least)
        )[1]
        departments = sorted({each.department for each in channels if each.department})
        return (
            Line("Holds", counted(items, "item")),
            Line("Departments", listed(departments, most=20) if departments else "None: there is one library for all"),
            Line("Who may save", self._who(workspace, Right.SAVE, rules)),
            Line("Who decides about reports", self._who(workspace, Right.MODERATE, rules)),
            Line("Names of who saved", NAMES[policy_by(rules)]),
            Line("Guests", "They may save, too" if has_rule(rules, RuleKind.GUESTS, "") else "They read only"),
            Line("Who may join", "Whoever likes" if is_open(rules) else "Whom an admin lets in"),
            Line(
                "Comes into the library",
                f"Once {counted(least, 'person', 'people')} saved it" if least > 1 else "At once",
            ),
        )

    def _who(self, workspace: str, right: Right, rules: Sequence[Rule]) -> str:
        chosen, groups = chosen_for(right, rules), self._parts.groups(workspace)
        if EVERYBODY in chosen or (not chosen and right is Right.SAVE):
            return "Everybody who works here"
        names = [one_line(groups.get(each, "")) or "a role that is gone" for each in chosen]
        return f"Admins and people with the role {listed(names)}" if names else "Admins"

    async def _web(self, tx: Transaction, workspace: str) -> tuple[Line, ...]:
        if not can_be_sent_to(self._parts, workspace):
            return (Line("Address", "Only this computer reaches this page"),)
        chats = self._parts.chats.values()
        labels = [sign_in.label for chat in chats if (sign_in := chat.sign_in()) is not None]
        return (
            Line("Address", self._parts.public_url),
            Line("Signing in", f"By a link from /pln library{''.join(f', or with {each}' for each in labels)}"),
            Line("Signed in now", counted(await tx.sessions.count(workspace), "browser")),
            Line("Feeds in use", str(len(await tx.feeds.of(workspace)))),
        )

    async def _money(self, tx: Transaction, channels: Sequence[Channel]) -> Line:
        """Of this workspace's channels only: what others spend is theirs."""
        spent = await tx.ledger.spent_by_channel(self._parts.clock.now().astimezone(UTC).date())
        ours = [spent[each.key] for each in channels if each.key in spent]
        today, month = Money(sum(each.today for each in ours)), Money(sum(each.this_month for each in ours))
        return Line("Spent on reading", f"{in_words(today)} today and {in_words(month)} this month (UTC)")

    async def health(self, workspace: str) -> Sequence[State]:
        shared = [State(each.name.capitalize(), each.health, NOT_WELL[each.health]) for each in await self._readiness()]
        chat = self._parts.chat_of(workspace)
        connected = State("Chat", Health.OK if chat else Health.FAIL, "" if chat else "It is not connected just now.")
        async with self._parts.store.reading() as tx:
            troubled = await tx.outbox.count_troubled(workspace)
            channels = [each for each in await tx.channels.all() if _is_of(each, workspace)]
            read = [await self._reading(tx, each) for each in channels]
        return [*shared, connected, _delivered(troubled), *read]

    async def _reading(self, tx: Transaction, channel: Channel) -> State:
        if channel.stopped:
            return State(channel.name, Health.FAIL, channel.stopped)
        lines = await health_in_words(tx, self._parts, channel)
        return State(channel.name, Health.OK, " ".join(lines) or "It follows nothing yet.")


def _is_of(channel: Channel, workspace: str) -> bool:
    """People's own channels are nobody else's business."""
    return channel.key.workspace == workspace and channel.owner is None


def _delivered(troubled: dict[str, int]) -> State:
    told = [f"{TROUBLES[state]}: {counted(number, 'message')}." for state, number in troubled.items() if number]
    return State("Messages", Health.WARN if told else Health.OK, " ".join(told))
