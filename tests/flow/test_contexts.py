"""What a shown post answers or quotes is shown with it, in one line."""

from dataclasses import replace

import pytest

from bot.domain.budget import Caps, dollars
from bot.domain.keys import PostKey
from bot.domain.post import Link, Metrics, Post, Reference, ReferenceKind
from bot.domain.rules import Rule, RuleKind
from bot.domain.standing import Standing
from bot.ports import Abilities
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, School, school

QUESTION = "How do you keep a class of thirty busy on the last day of term?"
ANSWER = "My Year 5 pupils loved this maths lesson: a treasure hunt through the school, with free worksheets for all"


async def a_post_about_another(our: School, kind: ReferenceKind = ReferenceKind.REPLIED_TO, **other: object) -> Post:
    """The other one has no hashtag, so that no reading brings it."""
    await our.configure()
    await our.plan()
    our.clock.set(HALF_PAST_SEVEN)
    about = our.write(**{"text": QUESTION, "hashtags": (), **other})  # type: ignore[arg-type]
    many_liked_it, hunt = Metrics(likes=900, reposts=80), Link("https://example.org/hunt", title="A treasure hunt")
    our.write(ANSWER, references=(Reference(kind, about.key.id),), links=(hunt,), metrics=many_liked_it)
    return about


@pytest.mark.parametrize(
    ("kind", "beginning"), [(ReferenceKind.REPLIED_TO, "In reply to"), (ReferenceKind.QUOTED, "About")]
)
async def test_it_is_shown_in_one_line_with_its_author(kind: ReferenceKind, beginning: str) -> None:
    async with school() as our:
        await a_post_about_another(our, kind)
        await our.at(HALF_PAST_SEVEN)
        assert f"{beginning} Author 1: “{QUESTION}”" in our.digests()[0].text


async def test_it_is_looked_up_once_for_all_channels_and_mornings() -> None:
    async with school() as our:
        about = await a_post_about_another(our)
        await our.at(HALF_PAST_SEVEN)
        await our.say("ana", "/pln digest now")
        assert our.x.looked_up == [about.key.id]


async def test_without_money_the_post_is_shown_without_it() -> None:
    async with school(caps=Caps(dollars("0.11"), dollars(10))) as our:
        await a_post_about_another(our)
        our.x.people.clear()
        for _ in range(30):
            our.write(metrics=Metrics(likes=1))
        await our.at(HALF_PAST_SEVEN)
        async with our.store.reading() as tx:
            today, _ = await tx.ledger.spent(HALF_PAST_SEVEN.date())
        assert today <= dollars("0.11")
        assert len(our.digests()) == 1


async def test_what_is_gone_is_not_shown_and_not_asked_for_again() -> None:
    async with school() as our:
        about = await a_post_about_another(our)
        our.x.standings[about.key.id] = Standing.GONE
        await our.at(HALF_PAST_SEVEN)
        assert "treasure hunt" in our.digests()[0].text
        assert "In reply to" not in our.digests()[0].text
        async with our.store.reading() as tx:
            assert await tx.posts.absent([about.key]) == {about.key: Standing.GONE}


async def test_it_disappears_from_what_is_shown_when_it_vanishes() -> None:
    async with school() as our:
        about = await a_post_about_another(our)
        await our.at(HALF_PAST_SEVEN)
        async with our.store.transaction() as tx:
            await tx.posts.set_standing([about.key], Standing.GONE, our.clock.now())
            showing = await tx.outbox.showing("fake:school", PostKey("x", our.x.posts[1].key.id))
            await tx.outbox.refresh("fake:school", showing, our.clock.now())
        await our.settle()
        assert "In reply to" not in our.digests()[0].text


@pytest.mark.parametrize("rule", [(RuleKind.WORD, "thirty"), (RuleKind.ACCOUNT, "author1")])
async def test_what_is_muted_here_is_not_shown(rule: tuple[RuleKind, str]) -> None:
    async with school() as our:
        await a_post_about_another(our)
        async with our.store.transaction() as tx:
            kind, value = rule
            await tx.rules.put(Rule("fake:school", "staff", kind, value, "ada", our.clock.now()))
        await our.at(HALF_PAST_SEVEN)
        assert "In reply to" not in our.digests()[0].text


async def test_a_sensitive_one_is_not_shown_and_a_long_one_is_cut() -> None:
    async with school() as our:
        await a_post_about_another(our, sensitive=True)
        await our.at(HALF_PAST_SEVEN)
        assert "In reply to" not in our.digests()[0].text
    async with school() as our:
        await a_post_about_another(our, text="word " * 200)
        await our.at(HALF_PAST_SEVEN)
        line = next(each for each in our.digests()[0].text.splitlines() if each.startswith("In reply to"))
        assert len(line) < 160


async def test_a_chat_that_takes_nothing_back_shows_no_wording_and_nothing_is_looked_up_for_it() -> None:
    async with school(abilities=Abilities()) as our:
        await a_post_about_another(our)
        await our.at(HALF_PAST_SEVEN)
        assert our.x.looked_up == []


async def test_a_post_whose_author_nobody_knows_is_called_a_post_on_x() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.write("Nobody knows who wrote this line about volcanoes")
        our.x.people.clear()
        await our.at(HALF_PAST_SEVEN)
        assert "A post on X" in our.digests()[0].text
        assert "View on X" in our.digests()[0].text


async def test_a_channel_whose_share_is_spent_pays_for_no_names_and_no_context() -> None:
    async with school() as our:
        await a_post_about_another(our)
        async with our.store.transaction() as tx:
            channel = await tx.channels.get(STAFF)
            assert channel
            await tx.channels.put(replace(channel, share=0.006))
        await our.at(HALF_PAST_SEVEN)
        async with our.store.reading() as tx:
            spent = await tx.ledger.spent_by_channel(HALF_PAST_SEVEN.date())
        assert spent[STAFF].today <= dollars("0.006")
        assert "A post on X" in our.digests()[0].text
        assert our.x.looked_up == []
