"""What is proposed while somebody types an option of a command."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.catalogue import VERBS
from bot.domain.channel import Channel, Workspace
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.library import Mark, NewItem
from bot.domain.packs import Pack
from bot.domain.people import Standing
from bot.domain.rules import Rule, RuleKind
from bot.domain.schedule import Schedule
from bot.errors import StoreError
from bot.ports import Store, Suggestion, Typing
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore
from tests.rigs.school import EVENING_BEFORE, STAFF, WORKSPACE, School, school

PACKS = (
    Pack("maths", "Mathematics", "Mathematics", ("#mathchat", "#MTBoS", "@NCETM"), ("GB", "US")),
    Pack("science", "Science", "Science", ("#scichat",)),
)
ELSEWHERE = "fake:elsewhere"


async def suggested(
    our: School, verb: str, option: str, text: str = "", *, channel: ChannelKey = STAFF, person: str = "ana"
) -> list[Suggestion]:
    who = PersonKey(WORKSPACE, person)
    return list(await our.engine.suggest(Typing(who, channel, verb, option, text)))


async def values(our: School, verb: str, option: str, text: str = "", **more: object) -> list[str]:
    return [each.value for each in await suggested(our, verb, option, text, **more)]  # type: ignore[arg-type]


async def test_to_follow_what_other_channels_follow_is_proposed_and_what_packs_have() -> None:
    async with school(packs=PACKS) as our:
        await our.open_channel()
        await our.say("ana", "/pln follow #scichat #ukedchat", ChannelKey(WORKSPACE, "science"))
        assert await values(our, "follow", "topics") == ["#scichat", "#ukedchat", "#mathchat", "#MTBoS", "@NCETM"]
        assert await values(our, "follow", "topics", "#edchat #mathc") == ["#edchat #mathchat"]
        (found,) = await suggested(our, "follow", "topics", "mathc")
        assert found == Suggestion("#mathchat (Mathematics)", "#mathchat")


async def test_what_another_workspace_or_a_colleague_alone_follows_is_never_told() -> None:
    async with school(packs=PACKS) as our:
        await our.open_channel()
        await our.say("ben", "/pln me follow #jobhunting")
        async with our.store.transaction() as tx:
            await tx.channels.put_workspace(Workspace(ELSEWHERE, "fake", "Elsewhere"))
            theirs = ChannelKey(ELSEWHERE, "staff")
            await tx.channels.put(Channel(theirs, "Staff", Schedule("Pacific/Auckland")))
            (topic,) = [each.topic for each in await tx.topics.followed(STAFF)]
            secret = replace(topic, key="secretplan", label="#secretplan")
            await tx.topics.follow(theirs, secret, (await tx.topics.followed(STAFF))[0].origin, None, our.clock.now())
            await tx.rules.put(Rule(ELSEWHERE, "", RuleKind.WORD, "merger", "eve", our.clock.now()))
        every = [
            found
            for verb in VERBS
            for option in verb.options
            for text in ("", "secret", "job", "merg")
            for found in await values(our, verb.name, option.name, text)
        ]
        assert not [each for each in every if "secret" in each or "job" in each or "merg" in each]
        assert (await values(our, "schedule", "zone"))[0] == "UTC"
        assert await values(our, "follow", "topics", channel=theirs) == []
        assert await values(our, "unfollow", "topics", channel=theirs) == []


async def test_what_is_followed_where_not_everybody_may_look_is_proposed_there_alone() -> None:
    async with school() as our:
        await our.open_channel()
        leadership = ChannelKey(WORKSPACE, "leadership")
        await our.say("ben", "/pln follow #redundancies", leadership)
        assert await values(our, "follow", "topics") == ["#redundancies"]
        our.chat.members_only.add("leadership")
        assert await values(our, "follow", "topics") == []
        assert await values(our, "unfollow", "topics", channel=leadership) == ["#redundancies"]


async def test_what_stands_in_a_colleagues_own_channel_is_not_told() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ben", "/pln me follow #jobhunting")
        await our.say("ben", "/pln me mute #ad")
        own = ChannelKey(WORKSPACE, "ben")
        assert await values(our, "unfollow", "topics", channel=own, person="ben") == ["#jobhunting"]
        assert await values(our, "unmute", "what", channel=own, person="ben") == ["#ad"]
        assert await values(our, "unfollow", "topics", channel=own) == []
        assert await values(our, "unmute", "what", channel=own) == []


async def test_to_unfollow_what_the_channel_follows_by_command_is_proposed() -> None:
    async with school() as our:
        await our.configure("#edchat")
        await our.say("ana", '/pln follow #mathchat "exit ticket"')
        assert await values(our, "unfollow", "topics") == ["#mathchat", '"exit ticket"']
        assert await values(our, "unfollow", "topics", "exit") == ['"exit ticket"']


async def test_what_is_muted_or_blocked_is_proposed_to_be_let_in_again() -> None:
    async with school() as our:
        our.chat.standings["ana"] = Standing.ADMIN
        await our.open_channel()
        await our.say("ana", '/pln mute #ad "buy now"')
        await our.say("ana", "/pln block example.com")
        assert await values(our, "unmute", "what") == ["#ad", '"buy now"']
        assert await values(our, "unblock", "what", "exa") == ["example.com"]


@pytest.mark.parametrize(
    ("verb", "option", "text", "first"),
    [
        ("schedule", "zone", "auck", "Pacific/Auckland"),
        ("schedule", "zone", "Europe/Lodnon", "Europe/London"),
        ("schedule", "days", "", "mon-fri"),
        ("schedule", "days", "mon,we", "mon,wed"),
        ("holidays", "where", "engl", "GB-ENG"),
        ("holidays", "where", "GB-ENG, cali", "GB-ENG, US-CA"),
        ("holidays", "where", "DE-BY", "DE-BY"),
        ("holidays", "where", "germ", "DE"),
        ("holidays", "where", "no", "none"),
        ("language", "languages", "wel", "cy"),
        ("language", "languages", "en fren", "en fr"),
        ("start", "subject", "math", "Mathematics"),
        ("start", "country", "united k", "GB"),
        ("start", "country", "uk", "GB"),
        ("start", "country", "usa", "US"),
        ("holidays", "where", "uk", "GB"),
        ("holidays", "where", "GB-ENG, usa", "GB-ENG, US"),
        ("schedule", "zone", "lon", "Europe/London"),
        ("schedule", "days", "mon", "mon"),
        ("help", "command", "sched", "change schedule"),
        ("help", "command", "change sch", "change schedule"),
        ("help", "command", "shedule", "change schedule"),
    ],
)
async def test_what_is_the_same_everywhere_is_found_by_a_few_letters(
    verb: str, option: str, text: str, first: str
) -> None:
    async with school(packs=PACKS) as our:
        await our.open_channel()
        found = await values(our, verb, option, text)
        assert found[0] == first
        assert len(found) <= 25


async def test_after_a_comma_only_single_days_are_proposed() -> None:
    async with school() as our:
        await our.open_channel()
        assert (await values(our, "schedule", "days", "mon,"))[:2] == ["mon,tue", "mon,wed"]


async def test_what_was_chosen_is_understood_by_the_command() -> None:
    async with school(packs=PACKS) as our:
        our.chat.standings["ana"] = Standing.ADMIN
        await our.open_channel()
        for verb, option, text in (
            ("holidays", "where", "b"),
            ("language", "languages", "en s"),
            ("schedule", "zone", "a"),
            ("help", "command", "ch"),
        ):
            for value in await values(our, verb, option, text):
                answer = await our.say("ana", f"/pln {verb} {value}")
                assert "such as" not in answer, answer
                assert "Did you mean" not in answer, answer


async def test_the_zones_of_the_workspace_come_first() -> None:
    async with school(zone="Europe/Paris") as our:
        await our.open_channel()
        await our.say("ana", "/pln schedule Europe/Lisbon")
        assert (await values(our, "schedule", "zone"))[:2] == ["Europe/Lisbon", "Europe/Paris"]


async def test_nothing_is_proposed_for_what_the_catalogue_does_not_have() -> None:
    async with school(packs=PACKS) as our:
        await our.open_channel()
        assert await values(our, "follow", "words") == []
        assert await values(our, "nothing", "topics") == []
        assert await values(our, "search", "words") == []


class BrokenStore(FakeStore):
    def reading(self) -> Any:
        raise StoreError("The disk is gone.")


async def test_whatever_goes_wrong_nothing_is_proposed_and_nothing_is_raised() -> None:
    async with school(store=BrokenStore(FakeClock(EVENING_BEFORE))) as our:
        assert await values(our, "schedule", "zone", "lond") == []


@settings(deadline=None)
@given(st.sampled_from([(verb.name, each.name) for verb in VERBS for each in verb.options]), st.text(max_size=400))
async def test_whatever_is_typed_what_is_proposed_has_its_limits(option: tuple[str, str], text: str) -> None:
    async with school(packs=PACKS) as our:
        found = await suggested(our, *option, text)
        assert len(found) <= 25
        assert all(1 <= len(each.label) <= 100 and 1 <= len(each.value) <= 100 for each in found)


# ---------------------------------------------------------------------------------------------------------------- tags


async def tag(store: Store, number: int, *tags: str, workspace: str = WORKSPACE) -> None:
    async with store.transaction() as tx:
        await tx.channels.put_workspace(Workspace(workspace, "fake", "A school"))
        item = NewItem(f"i{number}", f"link:{number}", f"https://a.example/{number}", "A title", "a title", None)
        await tx.library.add(workspace, item, EVENING_BEFORE)
        await tx.library.put_mark(workspace, Mark(item.id, "ana", "button", EVENING_BEFORE))
        await tx.library.tag(workspace, item.id, tags, "ana", EVENING_BEFORE)


async def test_tags_of_the_library_are_proposed_after_a_comma_and_those_of_others_are_not() -> None:
    async with school() as our:
        await our.open_channel()
        await tag(our.store, 1, "fractions", "year 9")
        await tag(our.store, 2, "fractions", "<@everyone> **free**")
        await tag(our.store, 3, "redundancies", workspace=ELSEWHERE)
        assert await values(our, "tag", "tags") == ["fractions", "<@everyone> **free**", "year 9"]
        assert await values(our, "tag", "tags", "fractions, yea") == ["fractions, year 9"]
        assert await values(our, "tag", "tags", "#frac") == ["fractions"]
        assert await values(our, "tag", "tags", "fractoins") == ["fractions"]
        assert await values(our, "find", "words", "nine") == []
        assert await values(our, "tag", "tags", "redun") == []
