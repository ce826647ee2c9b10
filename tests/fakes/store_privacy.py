"""What the store in memory keeps of decisions about people, and what it keeps about each of them."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime

from adapters.database.text import storable
from bot.domain.admin_acts import AdminAct
from bot.domain.events import person_of
from bot.domain.forgetting import Forgotten, digest_of
from bot.domain.keys import PersonKey
from tests.fakes.store_data import Data

INBOX = "waiting to be worked off"


class FakeTombstones:
    def __init__(self, data: Data) -> None:
        self._forgotten = data.forgotten

    async def put(self, person: PersonKey, at: datetime) -> None:
        digest = digest_of(person)
        self._forgotten[digest] = max(storable(at), self._forgotten.get(digest, at))

    async def at(self, person: PersonKey) -> datetime | None:
        return self._forgotten.get(digest_of(person))

    async def all(self) -> list[Forgotten]:
        each = (Forgotten(digest, at) for digest, at in self._forgotten.items())
        return sorted(each, key=lambda it: (it.at, it.digest))


class FakeAdminActs:
    def __init__(self, data: Data) -> None:
        self._acts = data.admin_acts

    async def add(self, workspace: str, act: AdminAct) -> None:
        self._acts.setdefault((workspace, act.id), storable(act))

    async def of(self, workspace: str, limit: int, offset: int) -> tuple[list[AdminAct], int]:
        there = [act for (at, _), act in self._acts.items() if at == workspace]
        newest_first = sorted(there, key=lambda act: (act.at, act.id), reverse=True)
        return newest_first[offset : offset + limit], len(there)

    async def since(self, at: datetime) -> list[tuple[str, AdminAct]]:
        later = [(workspace, act) for (workspace, _), act in self._acts.items() if act.at >= at]
        return sorted(later, key=lambda each: (each[1].at, each[0], each[1].id))

    async def drop_before(self, at: datetime) -> int:
        old = [key for key, act in self._acts.items() if act.at < at]
        for key in old:
            del self._acts[key]
        return len(old)


def kept(data: Data) -> Iterator[tuple[str, PersonKey, object]]:
    """The heading, whose it is, and the record."""
    yield from (("name", key, {"name": name}) for key, name in data.people.items())
    yield from (("saves", PersonKey(key[0], key[2]), mark) for key, mark in data.marks.items())
    yield from (("notes", PersonKey(key[0], note.by), note) for key, note in data.notes.items())
    yield from (("tags", PersonKey(key[0], row.by), row) for key, row in data.tags.items())
    yield from (("shares", PersonKey(key[0], by), {"shared_at": at}) for key, (by, at) in data.shares.items())
    for (workspace, _), change in data.history.items():
        yield from (("changes", PersonKey(workspace, who), change) for who in {change.by, change.whose})
    yield from (("removals", PersonKey(key[0], row.removed_by), row) for key, row in data.cared.items())
    yield from (("wishes for less", PersonKey(less.workspace, less.person), less) for less in data.less.values())
    for (channel, _), following in data.following.items():
        yield "topics followed", PersonKey(channel.workspace, following.by or ""), following
    yield from (("own digest", PersonKey(key.workspace, each.owner or ""), each) for key, each in data.channels.items())
    yield from (("rules made", PersonKey(rule.workspace, rule.by), rule) for rule in data.rules.values())
    for (workspace, _), report in data.reports.items():
        yield from (("reports", PersonKey(workspace, who), report) for who in {report.opened_by, report.settled_by})
    yield from (("searches and other errands", row.errand.person.key, row.errand) for row in data.errands.values())
    yield from (("feeds", feed.person, feed) for feed in data.feeds.values())
    for (workspace, _), brought in data.imports.items():
        yield "imports", PersonKey(workspace, brought.bringing.person), brought.bringing
    yield from (("sign-ins", session.person, session) for session in data.sessions.values())
    yield from (("links to sign in", whose, {}) for whose, _ in data.links.values())
    yield from (("decisions as an admin", PersonKey(key[0], act.by), act) for key, act in data.admin_acts.items())
    for (workspace, _), row in data.deliveries.items():
        yield "answers to them", PersonKey(workspace, row.delivery.private_to or ""), row.delivery
    for event in data.events.values():
        who = person_of(event.event.happening)
        if event.open and who:
            yield INBOX, who, event


def kept_about(data: Data, person: PersonKey) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for heading, whose, record in kept(data):
        if whose == person:
            found.setdefault(heading, []).append(_told(record))
    return found


def _told(record: object) -> dict[str, str]:
    fields: Mapping[str, object] = {}
    if isinstance(record, Mapping):
        fields = record
    elif is_dataclass(record) and not isinstance(record, type):
        fields = asdict(record)
    return {name: str(value) for name, value in fields.items() if value not in (None, "")}
