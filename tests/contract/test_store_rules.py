"""What every store promises of rules, wishes for less, and reports."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.keys import ChannelKey, PostKey
from bot.domain.rules import Less, Rule, RuleKind, Verdict
from bot.ports import Store, Transaction
from tests.contract.store_examples import ARTS, HILL, HOUR, MATHS, MINUTE, NOW, VALLEY, VALLEY_MATHS

LOTTERY = Rule(HILL, "", RuleKind.WORD, "lottery", "ana", NOW)
LIMIT = Rule(HILL, "maths", RuleKind.TOPICS, "5", "ana", NOW)
LESS = Less(HILL, "maths", "ana", "x", "a1", "1", NOW)
POST, OTHER = PostKey("x", "1"), PostKey("x", "2")


# ---------------------------------------------------------------------------------------------------------------- rules


async def test_a_rule_is_made_once_and_taken_back_once(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.rules.put(LOTTERY)
        assert not await tx.rules.put(replace(LOTTERY, by="ben", made_at=NOW + HOUR))
        assert await tx.rules.put(replace(LOTTERY, channel="maths"))
        assert await tx.rules.of(HILL) == [LOTTERY, replace(LOTTERY, channel="maths")]
        assert await tx.rules.of(VALLEY) == []
        assert not await tx.rules.remove(VALLEY, "", RuleKind.WORD, "lottery")
        assert not await tx.rules.remove(HILL, "", RuleKind.HASHTAG, "lottery")
        assert await tx.rules.remove(HILL, "", RuleKind.WORD, "lottery")
        assert not await tx.rules.remove(HILL, "", RuleKind.WORD, "lottery")
        assert await tx.rules.of(HILL) == [replace(LOTTERY, channel="maths")]


async def test_rules_come_oldest_first_whatever_their_kind(store: Store) -> None:
    kinds = [RuleKind.LOCK, RuleKind.GUESTS, RuleKind.DOMAIN, RuleKind.ACCOUNT]
    async with store.transaction() as tx:
        for number, kind in enumerate(kinds):
            await tx.rules.put(replace(LOTTERY, kind=kind, value="", made_at=NOW - number * MINUTE))
        assert [rule.kind for rule in await tx.rules.of(HILL)] == kinds[::-1]


async def test_a_limit_of_topics_takes_the_place_of_the_one_before(store: Store) -> None:
    async with store.transaction() as tx:
        for rule in (LIMIT, replace(LIMIT, channel=""), replace(LIMIT, workspace=VALLEY)):
            assert await tx.rules.put(rule)
        assert await tx.rules.put(replace(LIMIT, value="9"))
        assert not await tx.rules.put(replace(LIMIT, value="9", by="ben"))
        assert [(rule.channel, rule.value) for rule in await tx.rules.of(HILL)] == [("", "5"), ("maths", "9")]
        assert [rule.value for rule in await tx.rules.of(VALLEY)] == ["5"]


@pytest.mark.parametrize("kind", [RuleKind.THRESHOLD, RuleKind.CALL])
async def test_there_is_one_threshold_and_one_call_at_a_time_and_as_many_roles_as_wanted(
    store: Store, kind: RuleKind
) -> None:
    async with store.transaction() as tx:
        for value in ("2", "3"):
            assert await tx.rules.put(replace(LIMIT, kind=kind, value=value))
            assert await tx.rules.put(replace(LIMIT, kind=RuleKind.SAVERS, value=value))
        rules = [(rule.kind, rule.value) for rule in await tx.rules.of(HILL)]
        assert sorted(rules) == sorted([(kind, "3"), (RuleKind.SAVERS, "2"), (RuleKind.SAVERS, "3")])


async def wishes(tx: Transaction, channel: ChannelKey) -> list[tuple[str, str]]:
    """Who wants less, and of which post."""
    return [(vote.person, vote.post.id) for vote in await tx.rules.votes(channel, None) if not vote.liked]


async def test_a_wish_for_less_is_one_a_person_and_post_and_as_old_as_the_newest(store: Store) -> None:
    async with store.transaction() as tx:
        for person, post, at in (("ana", "1", NOW), ("ana", "1", NOW + HOUR), ("ana", "2", NOW), ("ben", "2", NOW)):
            await tx.rules.ask_for_less(replace(LESS, person=person, post_id=post, at=at))
        await tx.rules.ask_for_less(replace(LESS, workspace=VALLEY))
        assert await wishes(tx, MATHS) == [("ana", "2"), ("ben", "2"), ("ana", "1")]
        assert await wishes(tx, ARTS) == []
        assert await wishes(tx, VALLEY_MATHS) == [("ana", "1")]
        assert len(await tx.rules.votes(MATHS, NOW + HOUR)) == 1


async def test_who_no_longer_wants_less_of_a_post_has_no_vote(store: Store) -> None:
    async with store.transaction() as tx:
        for person, post in (("ana", "1"), ("ana", "2"), ("ben", "1")):
            await tx.rules.ask_for_less(replace(LESS, person=person, post_id=post))
        await tx.rules.take_back_less(replace(LESS, person="ben", post_id="1"))
        await tx.rules.take_back_less(replace(LESS, person="ana", post_id="1"))
        await tx.rules.take_back_less(replace(LESS, person="ana", post_id="2", workspace=VALLEY))
        assert await wishes(tx, MATHS) == [("ana", "2")]


# -------------------------------------------------------------------------------------------------------------- reports


async def test_a_reported_post_is_hidden_until_it_is_restored(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.reports.hidden(HILL, [POST]) == {}
        assert await tx.reports.open(HILL, POST, "ana", NOW)
        assert not await tx.reports.open(HILL, POST, "ben", NOW + MINUTE)
        assert await tx.reports.hidden(HILL, [POST, OTHER]) == {POST: Verdict.OPEN}
        assert await tx.reports.hidden(HILL, []) == {}
        assert await tx.reports.hidden(VALLEY, [POST]) == {}
        assert await tx.reports.settle(HILL, POST, Verdict.RESTORED, "cleo", NOW + HOUR)
        assert not await tx.reports.settle(HILL, POST, Verdict.REMOVED, "dora", NOW + HOUR)
        assert await tx.reports.hidden(HILL, [POST]) == {}


async def test_a_restored_post_may_be_reported_again_and_a_removed_one_stays_away(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.reports.open(HILL, POST, "ana", NOW)
        await tx.reports.settle(HILL, POST, Verdict.RESTORED, "cleo", NOW)
        assert await tx.reports.open(HILL, POST, "ben", NOW + HOUR)
        assert await tx.reports.settle(HILL, POST, Verdict.REMOVED, "cleo", NOW + HOUR)
        assert not await tx.reports.open(HILL, POST, "ana", NOW + HOUR)
        assert await tx.reports.hidden(HILL, [POST]) == {POST: Verdict.REMOVED}
        assert await tx.reports.waiting(HILL) == []


@pytest.mark.parametrize("verdict", [Verdict.RESTORED, Verdict.REMOVED])
async def test_a_verdict_can_be_taken_back(store: Store, verdict: Verdict) -> None:
    async with store.transaction() as tx:
        assert not await tx.reports.reopen(HILL, POST)
        await tx.reports.open(HILL, POST, "ana", NOW)
        assert not await tx.reports.reopen(HILL, POST)
        await tx.reports.settle(HILL, POST, verdict, "cleo", NOW)
        assert not await tx.reports.reopen(VALLEY, POST)
        assert await tx.reports.reopen(HILL, POST)
        assert await tx.reports.hidden(HILL, [POST]) == {POST: Verdict.OPEN}
        assert await tx.reports.waiting(HILL) == [POST]


async def test_open_reports_wait_oldest_first(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.reports.open(HILL, POST, "ana", NOW)
        await tx.reports.open(HILL, OTHER, "ana", NOW - HOUR)
        await tx.reports.open(VALLEY, POST, "ana", NOW - HOUR)
        assert await tx.reports.waiting(HILL) == [OTHER, POST]
        await tx.reports.settle(HILL, OTHER, Verdict.REMOVED, "cleo", NOW)
        assert await tx.reports.waiting(HILL) == [POST]


async def test_of_many_who_report_a_post_at_once_one_is_the_first(stores: tuple[Store, Store]) -> None:
    async def report(number: int) -> bool:
        async with stores[number % 2].transaction() as tx:
            return await tx.reports.open(HILL, POST, f"person {number}", NOW)

    assert (await asyncio.gather(*(report(number) for number in range(10)))).count(True) == 1


@pytest.mark.parametrize("count", [0, 2500])
async def test_any_number_of_posts_may_be_asked_about(store: Store, count: int) -> None:
    async with store.transaction() as tx:
        await tx.reports.open(HILL, POST, "ana", NOW)
        posts = [PostKey("x", f"{number}") for number in range(count)]
        assert await tx.reports.hidden(HILL, posts) == ({POST: Verdict.OPEN} if count else {})
