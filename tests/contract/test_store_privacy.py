"""What every store keeps of decisions about people, and what it knows and forgets of each of them."""

from dataclasses import replace

from bot.domain.admin_acts import AdminAct, Decided
from bot.domain.content import Say
from bot.domain.events import Person
from bot.domain.forgetting import digest_of
from bot.domain.history import ItemChange, What
from bot.domain.keys import PersonKey
from bot.domain.library import Ending, Mark, NewItem, Note
from bot.domain.rules import Rule, RuleKind
from bot.domain.search import ALL_ITEMS, Around, Total, parse_query
from bot.ports import Store, Transaction
from tests.contract.store_examples import HILL, HOUR, NOW, VALLEY, delivery, new_id, school
from tests.contract.test_store_outbox import queued

ANA, BEN = PersonKey(HILL, "ana"), PersonKey(HILL, "ben")


async def saved(tx: Transaction, item: str, person: PersonKey, *, private: bool = False) -> str:
    new = NewItem(item, f"link:https://{item}.example", f"https://{item}.example", item, item)
    id_ = await tx.library.add(HILL, new, NOW)
    await tx.library.put_mark(HILL, Mark(id_, person.person, "button", NOW, private=private))
    return id_


async def test_a_tombstone_is_as_late_as_the_person_asked_last(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.tombstones.at(ANA) is None
        await tx.tombstones.put(ANA, NOW + HOUR)
        await tx.tombstones.put(ANA, NOW)
        await tx.tombstones.put(BEN, NOW)
    async with store.reading() as tx:
        assert await tx.tombstones.at(ANA) == NOW + HOUR
        assert await tx.tombstones.at(PersonKey(VALLEY, "ana")) is None
        assert [each.digest for each in await tx.tombstones.all()] == [digest_of(BEN), digest_of(ANA)]


async def test_what_admins_decided_is_listed_newest_first_and_dropped_when_it_is_old(store: Store) -> None:
    acts = [AdminAct(str(number), NOW + number * HOUR, "ana", Decided.LOCK.value, f"{number}") for number in range(3)]
    async with store.transaction() as tx:
        for act in acts:
            await tx.admin_acts.add(HILL, act)
        await tx.admin_acts.add(VALLEY, replace(acts[0], about="elsewhere"))
    async with store.transaction() as tx:
        assert await tx.admin_acts.of(HILL, 2, 0) == ([acts[2], acts[1]], 3)
        assert await tx.admin_acts.of(HILL, 2, 2) == ([acts[0]], 3)
        assert await tx.admin_acts.since(NOW + HOUR) == [(HILL, acts[1]), (HILL, acts[2])]
        assert await tx.admin_acts.drop_before(NOW + 2 * HOUR) == 3
        assert await tx.admin_acts.of(HILL, 5, 0) == ([acts[2]], 1)
        assert await tx.admin_acts.of(VALLEY, 5, 0) == ([], 0)


async def test_whoever_agreed_is_found_by_name_until_they_no_longer_agree(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.people.set_findable(ANA, findable=True)
        assert await tx.people.findable(HILL) == {}
        for key, name in ((ANA, "Ana"), (BEN, "Ben"), (PersonKey(VALLEY, "ana"), "Other Ana")):
            await tx.people.put(Person(key, name))
        await tx.people.set_findable(ANA, findable=True)
    async with store.transaction() as tx:
        assert await tx.people.findable(HILL) == {"ana": "Ana"}
        assert await tx.people.findable(HILL, ["ben"]) == {}
        assert await tx.people.findable(VALLEY) == {}
        await tx.people.put(Person(ANA, "Ana Turner"))
        assert await tx.people.findable(HILL, ["ana", "ben"]) == {"ana": "Ana Turner"}
        await tx.people.set_findable(ANA, findable=False)
        assert await tx.people.findable(HILL) == {}


async def test_a_search_by_name_finds_what_that_person_saved_for_all(store: Store) -> None:
    around = Around(people={"ana": ("ana",), "both": ("ana", "ben")})
    async with school(store) as tx:
        for item, person in (("a", ANA), ("b", BEN)):
            await saved(tx, item, person)
        await saved(tx, "p", ANA, private=True)
        await saved(tx, "both", ANA)
        await tx.library.put_mark(HILL, Mark("both", "ben", "button", NOW))
    found = {}
    async with store.reading() as tx:
        for typed in ("by:ana", "by:both", "-by:ana", "by:ana both"):
            items, total = await tx.library.find(
                HILL, parse_query(typed, around), saved_by=None, viewer="ben", limit=9, offset=0
            )
            assert total == Total(len(items))
            found[typed] = sorted(item.id for item in items)
    assert found == {"by:ana": ["a", "both"], "by:both": ["a", "b", "both"], "-by:ana": ["b"], "by:ana both": ["both"]}


async def test_everything_about_a_person_is_told_and_after_an_erasure_nothing_is_left(store: Store) -> None:
    async with school(store) as tx:
        await tx.people.put(Person(ANA, "Ana"))
        item = await saved(tx, "a", ANA)
        await saved(tx, "p", ANA, private=True)
        await tx.library.tag(HILL, item, ["fractions"], "ana", NOW)
        await tx.library.note(HILL, item, Note(new_id(), "ana", "Worked well", NOW))
        await tx.library.note(HILL, item, Note(new_id(), "ana", "Better", NOW, private=True, edited_at=NOW + HOUR))
        await tx.library.share(HILL, item, "maths", "ana", NOW)
        await tx.history.add(HILL, ItemChange("c", item, NOW, "ana", What.NOTED, after="Worked well", whose="ana"))
        await tx.rules.put(Rule(HILL, "", RuleKind.NAMES, "all", "ana", NOW))
        await tx.admin_acts.add(HILL, AdminAct("1", NOW, "ana", Decided.NAMES.value))
    await queued(store, replace(delivery("answer"), private_to="ana", content=(Say("For you."),)))
    async with store.transaction() as tx:
        told = await tx.people.kept_about(ANA)
        counts = {heading: len(records) for heading, records in told.items()}
        assert await tx.people.everybody() == [ANA]
        assert counts == {
            "name": 1, "saves": 2, "notes": 2, "tags": 1, "shares": 1, "changes": 1, "rules made": 1,
            "decisions as an admin": 1, "answers to them": 1,
        }  # fmt: skip
        assert {record["text"] for record in told["notes"]} == {"Worked well", "Better"}
        assert sum("edited_at" in record for record in told["notes"]) == 1
        await tx.library.end_marks(ANA, None, NOW, Ending.ERASED)
        await tx.history.forget(ANA)
        await tx.people.erase(ANA)
    async with store.reading() as tx:
        assert await tx.people.kept_about(ANA) == {}
        assert await tx.people.everybody() == []
        assert await tx.library.find(HILL, ALL_ITEMS, saved_by="ana", viewer="ana", limit=9, offset=0) == ([], Total(0))
        acts, _ = await tx.admin_acts.of(HILL, 9, 0)
        assert [act.by for act in acts] == [""]


async def test_nobody_else_is_told_of(store: Store) -> None:
    async with school(store) as tx:
        await tx.people.put(Person(BEN, "Ben"))
        await saved(tx, "b", BEN)
        assert await tx.people.kept_about(ANA) == {}
        assert await tx.people.kept_about(PersonKey(VALLEY, "ben")) == {}
