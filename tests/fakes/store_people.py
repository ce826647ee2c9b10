"""People, rules and reports in memory."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from adapters.database.text import storable
from bot.domain.content import SOMEBODY, without
from bot.domain.delivery import Delivery, DeliveryState, Surface
from bot.domain.events import Person
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.library import Ending, Mark
from bot.domain.rules import ONE_AT_A_TIME, Less, Rule, RuleKind, Verdict
from bot.domain.taste import Vote
from tests.fakes.store_citations import citations_of
from tests.fakes.store_data import Data, ReportRow, RowKey
from tests.fakes.store_privacy import INBOX, kept, kept_about
from tests.fakes.store_reading import FakeChannels
from tests.fakes.store_sessions import FakeSessions


class FakePeople:
    def __init__(self, data: Data) -> None:
        self._data = data

    async def put(self, person: Person) -> None:
        if person.name:
            self._data.people[person.key] = storable(person.name)

    async def names(self, workspace: str, people: Collection[str]) -> dict[str, str]:
        keys = [PersonKey(workspace, person) for person in people]
        return {key.person: self._data.people[key] for key in keys if key in self._data.people}

    async def set_findable(self, person: PersonKey, *, findable: bool) -> None:
        if findable and person in self._data.people:
            self._data.findable[person] = None
        else:
            self._data.findable.pop(person, None)

    async def findable(self, workspace: str, among: Collection[str] | None = None) -> dict[str, str]:
        agreed = sorted(key.person for key in self._data.findable if key.workspace == workspace)
        return {
            person: self._data.people[PersonKey(workspace, person)]
            for person in agreed
            if among is None or person in among
        }

    async def everybody(self) -> list[PersonKey]:
        whom = {whose for heading, whose, _ in kept(self._data) if heading != INBOX}
        people = {whose for whose in whom if whose.person not in {"", SOMEBODY}}
        return sorted(people, key=lambda it: (it.workspace, it.person))

    async def kept_about(self, person: PersonKey) -> dict[str, list[dict[str, str]]]:
        return kept_about(self._data, person)

    async def erase(self, person: PersonKey) -> None:
        self._data.people.pop(person, None)
        self._data.findable.pop(person, None)
        erased = [at for at, mark in self._data.marks.items() if _is_erased_of(person, at, mark)]
        for at in erased:
            del self._data.marks[at]
        await FakeSessions(self._data).end(person)
        for id_ in [id_ for id_, (whose, _) in self._data.links.items() if whose == person]:
            del self._data.links[id_]
        await self._erase_personal_channels(person)
        self._erase_authorship(person)
        self._erase_deeds(person.workspace, person.person)
        self._erase_opinions(person)
        self._erase_answers(person)
        for key in [key for key, row in self._data.errands.items() if row.errand.person.key == person]:
            del self._data.errands[key]
        for key in {at[:2] for at in erased}:
            self._erase_what_nobody_has(key)

    def _erase_what_nobody_has(self, key: RowKey) -> None:
        tagged = any(at[:2] == key and tag.by for at, tag in self._data.tags.items())
        if (
            tagged
            or any(at[:2] == key for at in (*self._data.marks, *self._data.notes))
            or is_removed(self._data, *key)
        ):
            return
        self._data.items.pop(key, None)
        self._data.cared.pop(key, None)
        said: tuple[dict[Any, Any], ...] = (self._data.tags, self._data.citations, self._data.shares)
        for rows in said:
            for at in [at for at in rows if at[:2] == key]:
                del rows[at]
        for at in [at for at, change in self._data.history.items() if (at[0], change.item) == key]:
            del self._data.history[at]

    def _erase_answers(self, person: PersonKey) -> None:
        for key, row in self._data.deliveries.items():
            is_theirs = (row.delivery.channel.workspace, row.delivery.private_to) == (person.workspace, person.person)
            if is_theirs and row.delivery.surface is not Surface.HOME:
                dropped = _dropped(row.delivery)
                whose = dropped.private_to if dropped.state is DeliveryState.SENDING else SOMEBODY
                self._data.deliveries[key] = replace(row, delivery=replace(dropped, private_to=whose))
            elif key[0] == person.workspace:
                content = without(person.person, row.delivery.content)
                self._data.deliveries[key] = replace(row, delivery=replace(row.delivery, content=content))

    async def _erase_personal_channels(self, person: PersonKey) -> None:
        for key, channel in list(self._data.channels.items()):
            if (key.workspace, channel.owner) == (person.workspace, person.person):
                await FakeChannels(self._data).remove(key)
                self._erase_digests(key)
                for entry, row in self._data.ledger.items():
                    payers = tuple(each for each in row.payers if each[0] != key)
                    self._data.ledger[entry] = replace(row, payers=payers)

    def _erase_digests(self, channel: ChannelKey) -> None:
        for at in [at for at, row in self._data.digests.items() if row.digest.channel == channel]:
            del self._data.digests[at]
        for seen in [seen for seen in self._data.seen if seen[0] == channel]:
            del self._data.seen[seen]
        for key, row in self._data.deliveries.items():
            if row.delivery.channel == channel and row.delivery.surface is not Surface.HOME:
                self._data.deliveries[key] = replace(row, delivery=_dropped(row.delivery))
        for at, planned in self._data.slots.items():
            if planned.slot.channel == channel:
                nobodys = replace(channel, channel=f"{SOMEBODY}:{planned.slot.id}")
                self._data.slots[at] = replace(planned, slot=replace(planned.slot, channel=nobodys))

    def _erase_authorship(self, person: PersonKey) -> None:
        workspace, who = person.workspace, person.person
        for key, following in self._data.following.items():
            if (key[0].workspace, following.by) == (workspace, who):
                self._data.following[key] = replace(following, by=None)
        for name, rule in self._data.rules.items():
            if (rule.workspace, rule.by) == (workspace, who):
                self._data.rules[name] = replace(rule, by="")
        for at, tag in self._data.tags.items():
            if (at[0], tag.by) == (workspace, who):
                self._data.tags[at] = replace(tag, by="")

    def _erase_deeds(self, workspace: str, who: str) -> None:
        for share, (by, shared_at) in self._data.shares.items():
            if (share[0], by) == (workspace, who):
                self._data.shares[share] = ("", shared_at)
        for item, row in self._data.cared.items():
            if (item[0], row.removed_by) == (workspace, who):
                self._data.cared[item] = replace(row, removed_by="")
        for key, act in self._data.admin_acts.items():
            if (key[0], act.by) == (workspace, who):
                self._data.admin_acts[key] = replace(act, by="")

    def _erase_opinions(self, person: PersonKey) -> None:
        workspace, who = person.workspace, person.person
        for at in [at for at, note in self._data.notes.items() if (at[0], note.by) == (workspace, who)]:
            del self._data.notes[at]
        for wish in [wish for wish in self._data.less if (wish[0].workspace, wish[1]) == (workspace, who)]:
            del self._data.less[wish]
        for key, report in self._data.reports.items():
            if key[0] == workspace:
                opened_by = "" if report.opened_by == who else report.opened_by
                settled_by = "" if report.settled_by == who else report.settled_by
                self._data.reports[key] = replace(report, opened_by=opened_by, settled_by=settled_by)


def _is_erased_of(person: PersonKey, at: tuple[str, str, str, str], mark: Mark) -> bool:
    return (at[0], at[2]) == (person.workspace, person.person) and mark.ending is Ending.ERASED


def _dropped(delivery: Delivery) -> Delivery:
    waits = delivery.state in {DeliveryState.QUEUED, DeliveryState.UNCERTAIN}
    state = DeliveryState.EXPIRED if waits else delivery.state
    return replace(delivery, content=(), shown_version=delivery.desired_version, state=state)


class FakeRules:
    def __init__(self, data: Data) -> None:
        self._data = data
        self._rules = data.rules
        self._less = data.less

    async def put(self, rule: Rule) -> bool:
        rule = storable(rule)
        key = (rule.workspace, rule.channel, rule.kind, rule.value)
        if key in self._rules:
            return False
        if rule.kind in ONE_AT_A_TIME:
            for other in [other for other in self._rules if other[:3] == key[:3]]:
                del self._rules[other]
        self._rules[key] = rule
        return True

    async def remove(self, workspace: str, channel: str, kind: RuleKind, value: str) -> bool:
        return self._rules.pop((workspace, channel, kind, storable(value)), None) is not None

    async def of(self, workspace: str) -> list[Rule]:
        rules = [rule for rule in self._rules.values() if rule.workspace == workspace]
        return sorted(rules, key=lambda rule: (rule.made_at, rule.channel, rule.kind, rule.value))

    async def ask_for_less(self, less: Less) -> None:
        key = (ChannelKey(less.workspace, less.channel), less.person, PostKey(less.source, less.post_id))
        self._less[key] = storable(less)

    async def take_back_less(self, less: Less) -> None:
        channel = ChannelKey(less.workspace, less.channel)
        self._less.pop((channel, less.person, PostKey(less.source, less.post_id)), None)

    async def votes(self, channel: ChannelKey, since: datetime | None, least: int = 1) -> list[Vote]:
        less = [
            Vote(person, post, liked=False, at=wish.at)
            for (there, person, post), wish in self._less.items()
            if there == channel
        ]
        votes = [vote for vote in (*self._saves(channel, least), *less) if since is None or vote.at >= since]
        return sorted(votes, key=lambda vote: (vote.at, vote.person, vote.post, vote.liked))

    def _saves(self, channel: ChannelKey, least: int) -> list[Vote]:
        digests = (row.digest for row in self._data.digests.values() if row.digest.channel == channel)
        shown = {item.post for digest in digests for item in digest.items}
        owner = self._data.channels[channel].owner if channel in self._data.channels else None
        return [
            Vote(person, posts[-1], liked=True, at=at)
            for (workspace, item) in self._data.items
            if workspace == channel.workspace and is_for_all(self._data, workspace, item, least)
            if (posts := [post for post in citations_of(self._data, workspace, item) if post in shown])
            for person, at in saves_of(self._data, workspace, item).items()
            if owner in {None, person}
        ]


def saves_of(data: Data, workspace: str, item: str) -> dict[str, datetime]:
    """Who saved it for all and since when, in that order; nobody where it was removed."""
    since: dict[str, datetime] = {}
    for mark in public_marks(data, workspace, item):
        since.setdefault(mark.person, mark.made_at)
    return since


def public_marks(data: Data, workspace: str, item: str) -> list[Mark]:
    """Oldest first."""
    return [mark for mark in _standing(data, workspace, item) if not mark.private]


def kept_by(data: Data, workspace: str, item: str, person: str) -> datetime | None:
    """Since when that person has saved it, for all or to themselves."""
    return next((mark.made_at for mark in _standing(data, workspace, item) if mark.person == person), None)


def _standing(data: Data, workspace: str, item: str) -> list[Mark]:
    if is_removed(data, workspace, item):
        return []
    marks = [mark for key, mark in data.marks.items() if key[:2] == (workspace, item) and mark.stands]
    return sorted(marks, key=lambda mark: (mark.made_at, mark.person, mark.origin))


def is_for_all(data: Data, workspace: str, item: str, least: int) -> bool:
    """Whether so many people saved it, or somebody vouched for it."""
    return is_vouched(data, workspace, item) or len(saves_of(data, workspace, item)) >= least


def is_removed(data: Data, workspace: str, item: str) -> bool:
    return (workspace, item) in data.cared and data.cared[workspace, item].removed_at is not None


def is_vouched(data: Data, workspace: str, item: str) -> bool:
    return any(mark.vouched for mark in public_marks(data, workspace, item))


class FakeReports:
    def __init__(self, data: Data) -> None:
        self._rows = data.reports

    async def open(self, workspace: str, post: PostKey, by: str, at: datetime) -> bool:
        known = self._rows.get((workspace, post))
        if known and known.verdict is not Verdict.RESTORED:
            return False
        self._rows[workspace, post] = ReportRow(Verdict.OPEN, by, storable(at))
        return True

    async def settle(self, workspace: str, post: PostKey, verdict: Verdict, by: str, at: datetime) -> bool:
        storable(at)
        known = self._rows.get((workspace, post))
        if known is None or known.verdict is not Verdict.OPEN:
            return False
        self._rows[workspace, post] = replace(known, verdict=verdict, settled_by=by)
        return True

    async def reopen(self, workspace: str, post: PostKey) -> bool:
        known = self._rows.get((workspace, post))
        if known is None or known.verdict is Verdict.OPEN:
            return False
        self._rows[workspace, post] = replace(known, verdict=Verdict.OPEN, settled_by="")
        return True

    async def hidden(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, Verdict]:
        rows = {post: self._rows.get((workspace, post)) for post in posts}
        return {post: row.verdict for post, row in rows.items() if row and is_hidden(row)}

    async def waiting(self, workspace: str) -> list[PostKey]:
        rows = [(row.opened_at, post) for (there, post), row in self._rows.items() if is_open(there, workspace, row)]
        return [post for _, post in sorted(rows)]


def is_hidden(report: ReportRow | None) -> bool:
    return report is not None and report.verdict is not Verdict.RESTORED


def is_open(there: str, workspace: str, report: ReportRow) -> bool:
    return there == workspace and report.verdict is Verdict.OPEN
