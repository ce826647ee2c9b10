"""How a digest was chosen, as people are told: the preview, its piles, and why no digest came."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli.explain import Told, Wanted, as_json, explain, lines_of
from bot.domain.budget import Caps, Prices, dollars
from bot.domain.channel import Channel, Origin
from bot.domain.fate import Reason
from bot.domain.post import Metrics, Post, Reference, ReferenceKind
from bot.domain.rules import Rule, RuleKind
from bot.domain.schedule import Schedule
from bot.errors import AdapterError, Mistake, Rejected, Unavailable, Uncertain
from bot.ports import Store
from bot.services.digest.explained import account_of, shown
from bot.views import PostItem
from tests.fakes.chat import EVERYTHING, Shown, buttons_of
from tests.fakes.clock import FakeClock
from tests.rigs.school import EVENING_BEFORE, HALF_PAST_SEVEN, OFFICE, STAFF, WORKSPACE, School, school
from tests.unit.examples import link, topic

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
CONNECTED = ("fake",)


async def read_without_digest(our: School) -> None:
    """What was written is read, and the morning has not come yet: a preview has something to choose from."""
    await our.at(HALF_PAST_SEVEN - 4 * MINUTE)


async def preview(our: School, person: str = "ana", typed: str = "/pln digest preview") -> Shown:
    await our.say(person, typed)
    return our.last_answer(person)


def posts_in(message: Shown) -> list[PostItem]:
    return [block for block in message.message.blocks if isinstance(block, PostItem)]


def labels(message: Shown) -> list[str]:
    return [button.label for button in buttons_of(message.message)]


async def press(our: School, message: Shown, label: str) -> Shown:
    await our.press("ana", message.id, label)
    return our.last_answer("ana")


async def pile(our: School, label: str) -> list[PostItem]:
    """All of it, page by page."""
    page = await press(our, await preview(our), label)
    found = posts_in(page)
    while "The next ones" in labels(page):
        page = await press(our, page, "The next ones")
        found += posts_in(page)
    return found


async def mixed_morning(our: School) -> list[Post]:
    """Of everything a little: good posts, the same said twice, spam, reposts, another language, what is muted."""
    await our.configure("#edchat #mathchat")
    await our.plan()
    our.clock.set(HALF_PAST_SEVEN - 4 * MINUTE)
    shared = link("https://resources.example/fractions")
    written = [
        our.write(f"Lesson idea number {n}: {name} and what my class made of it", metrics=Metrics(likes=3 * n))
        for n, name in enumerate(
            (
                "volcanoes in a bottle",
                "poems without the letter e",
                "maps drawn from memory",
                "bread and yeast",
                "a debate on zoos",
                "shadows at noon",
                "the longest division",
                "letters to the mayor",
                "a museum of lost property",
                "sounds of the school",
                "seeds in cotton wool",
                "roman numerals on clocks",
                "a newspaper from 1666",
                "bridges of spaghetti",
            ),
            start=1,
        )
    ]
    written += [our.write(f"Fractions with paper strips, said teacher {n}, try it", links=shared) for n in range(3)]
    written += [our.write("RT something", references=(Reference(ReferenceKind.REPOSTED, "99"),)) for _ in range(2)]
    written += [our.write(f"Win our raffle number {n} for every classroom today") for n in range(12)]
    async with our.store.transaction() as tx:
        await tx.rules.put(Rule(WORKSPACE, "staff", RuleKind.WORD, "raffle", "ada", our.clock.now()))
    await read_without_digest(our)
    return written


async def test_a_preview_says_how_it_was_chosen_and_nobody_else_sees_it() -> None:
    async with school() as our:
        written = await mixed_morning(our)
        shown = await preview(our)
        assert shown.private_to == "ana"
        assert f"Looked at {len(written)} posts: 5 shown" in shown.text
        assert "12 muted here" in shown.text
        assert labels(shown)[-3:] == ["What came close", "What says the same", "What was left out"]


async def test_every_candidate_is_reached_by_paging_and_has_one_fate() -> None:
    async with school() as our:
        written = await mixed_morning(our)
        piles = [await pile(our, label) for label in ("What came close", "What says the same", "What was left out")]
        seen = [item.url for item in (*posts_in(await preview(our)), *(item for pile in piles for item in pile))]
        assert sorted(seen) == sorted(post.url for post in written)


async def test_what_came_close_says_by_how_much_nearest_first() -> None:
    async with school() as our:
        await mixed_morning(our)
        close = [item.why for item in await pile(our, "What came close")]
        assert all("short of a place" in why or "held back for variety" in why for why in close)


async def test_what_was_left_out_says_which_rule_and_the_words_that_triggered_it() -> None:
    async with school() as our:
        await mixed_morning(our)
        left_out = await pile(our, "What was left out")
        muted = [item for item in left_out if "it is muted here" in item.why]
        assert len(muted) == 12
        assert all("raffle" in item.why for item in muted)
        assert muted[0].text.startswith("Win our raffle")
        assert sum("it only repeats another post" in item.why for item in left_out) == 2


async def test_what_says_the_same_names_the_item_that_stands_for_it() -> None:
    async with school() as our:
        await mixed_morning(our)
        same = [item.why for item in await pile(our, "What says the same")]
        assert len(same) == 2
        assert all("says the same as" in why for why in same)


@pytest.mark.parametrize("size", [1, 5, 10])
async def test_what_a_preview_says_is_what_the_digest_shows(size: int) -> None:
    async with school() as our:
        await mixed_morning(our)
        async with our.store.transaction() as tx:
            channel = await tx.channels.get(STAFF)
            assert channel
            await tx.channels.put(replace(channel, size=size))
        await read_without_digest(our)
        said = [(item.url, item.why) for item in posts_in(await preview(our))]
        await our.at(HALF_PAST_SEVEN)
        (digest,) = our.digests()
        assert [(item.url, item.why) for item in posts_in(digest)] == said
        assert len(said) == size


async def test_in_every_store_preview_explanation_and_digest_agree(store: Store, clock: FakeClock) -> None:
    clock.set(EVENING_BEFORE)
    async with school(store=store, clock=clock) as our:
        await mixed_morning(our)
        said = [item.url for item in posts_in(await preview(our))]
        (before,) = await told(our)
        await our.at(HALF_PAST_SEVEN)
        (digest,) = our.digests()
        (after,) = await told(our, latest=True)
        assert [item.url for item in posts_in(digest)] == said
        assert [each.candidate.post.url for each in shown(before.candidates)] == said
        assert [each.candidate.post.url for each in shown(after.candidates)] == said
        assert {each.words for each in before.candidates} <= {each.words for each in after.candidates}


async def test_somebody_in_two_channels_reads_each_post_once(store: Store, clock: FakeClock) -> None:
    clock.set(EVENING_BEFORE)
    async with school(store=store, clock=clock) as our:
        await mixed_morning(our)
        other = Channel(OFFICE, "Office", Schedule("UTC"), size=5)
        async with our.store.transaction() as tx:
            await tx.channels.put(other)
            await tx.topics.follow(OFFICE, topic("#edchat"), Origin.COMMAND, "ana", our.clock.now())
        await our.settle()
        await our.at(HALF_PAST_SEVEN)
        shown_there = [posts_in(digest)[:5] for digest in (*our.chat.shown(OFFICE), *our.digests()) if posts_in(digest)]
        urls = [item.url for items in shown_there for item in items]
        assert len(urls) == 10
        assert len(set(urls)) == 10


SAYINGS = st.sampled_from(
    (
        "What my class made of volcanoes in a bottle, and what I would change",
        "How do you teach fractions to year 4 without a worksheet? Any ideas?",
        "Maps drawn from memory: a lesson that needs nothing but paper",
        "Win our raffle for every classroom today",
        "Essay due tomorrow? Our writers deliver, plagiarism free, dm us",
        "#a #b #c #d #e #f #g #h #i #j",
        "so true",
    )
)
WRITTEN = st.lists(
    st.fixed_dictionaries(
        {
            "text": SAYINGS,
            "lang": st.sampled_from(("en", "fr", "")),
            "links": st.sampled_from(((), link("https://a.example/1"), link("https://www.a.example/1?utm_source=x"))),
            "metrics": st.builds(Metrics, likes=st.integers(0, 50)),
            "sensitive": st.booleans(),
        }
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(written=WRITTEN, size=st.integers(1, 10))
async def test_whatever_is_written_preview_explanation_and_digest_agree(written: list[Any], size: int) -> None:
    async with school() as our:
        our.x.prices = Prices()  # what costs nothing is read whole
        await our.configure()
        await change(our, size=size, languages=("en",))
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN - 4 * MINUTE)
        for each in written:
            our.write(**each)
        await read_without_digest(our)
        said = [item.url for item in posts_in(await preview(our))]
        (found,) = await told(our)
        assert [each.candidate.post.url for each in shown(found.candidates)] == said
        assert len(found.candidates) == len(written)
        assert all(each.words for each in found.candidates)
        await our.at(HALF_PAST_SEVEN)
        assert [item.url for digest in our.digests() for item in posts_in(digest)] == said


async def test_what_is_kept_from_a_school_is_not_quoted_either() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.write("Words that nobody should read before lessons begin", sensitive=True)
        our.write("Buy an essay from badplace today and never think again")
        async with our.store.transaction() as tx:
            await tx.rules.put(Rule(WORKSPACE, "", RuleKind.WORD, "badplace", "ada", our.clock.now()))
        await read_without_digest(our)
        left_out = await pile(our, "What was left out")
        assert [item.text for item in left_out] == ["", ""]
        assert [item.why for item in left_out] == [
            "it is blocked for everybody here (“badplace”)",
            "it is marked as sensitive",
        ]


async def test_what_was_reported_is_not_linked_to_either() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        reported = our.write("A post that somebody here did not want to see again")
        await read_without_digest(our)
        async with our.store.transaction() as tx:
            await tx.reports.open(WORKSPACE, reported.key, "ben", our.clock.now())
        left_out = await press(our, await preview(our), "What was left out")
        assert "One post is hidden until an admin has looked at it." in left_out.text
        assert posts_in(left_out) == []


async def test_hostile_words_stay_on_their_line() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.write("\u202e\x1b[31mred\n\n@channel " + "win the raffle " * 40)
        async with our.store.transaction() as tx:
            await tx.rules.put(Rule(WORKSPACE, "staff", RuleKind.WORD, "raffle", "ada", our.clock.now()))
        await read_without_digest(our)
        (item,) = await pile(our, "What was left out")
        assert len(item.text) < 130
        assert "\n" not in item.text
        (line,) = [each for each in lines_of(await told(our), our.clock.now()) if "red" in each]
        assert "\x1b" not in line
        assert "\u202e" not in line


async def test_a_pile_that_ends_is_said_to_end_and_an_empty_one_has_no_button() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.write("One idea that is worth a digest of its own")
        await read_without_digest(our)
        shown = await preview(our)
        assert shown.text.startswith("Preview: 1 post, chosen from 1")
        assert "Looked at" not in shown.text
        assert labels(shown) == []
        for typed in ("digest close", "digest out 99", "digest same 0"):
            assert "There is nothing more to show here" in await our.say("ana", f"/pln {typed}")


async def test_it_works_for_ones_own_digest() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln me follow #maths")
        await our.plan()
        our.write("Fractions with paper strips, and what my pupils made of them", hashtags=("maths",))
        our.write("RT something", hashtags=("maths",), references=(Reference(ReferenceKind.REPOSTED, "99"),))
        await our.at(HALF_PAST_SEVEN - 4 * MINUTE)
        shown = await preview(our, typed="/pln me digest preview")
        assert "Looked at 2 posts: 1 shown, 1 left out (1 only repeating another post)." in shown.text
        left_out = await press(our, shown, "What was left out")
        assert "it only repeats another post" in left_out.text
        assert "Fractions" in (await press(our, left_out, "Preview")).text


async def test_a_preview_of_nothing_says_what_came_and_why_nothing_of_it_is_shown() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        assert "Nothing new has been read" in (await preview(our)).text
        our.write("RT something", references=(Reference(ReferenceKind.REPOSTED, "99"),))
        await read_without_digest(our)
        shown = await preview(our)
        assert "1 post came, and none is worth showing here: 1 only repeating another post." in shown.text
        assert labels(shown) == ["What was left out"]


async def test_what_is_not_good_enough_is_said_to_be_so_where_there_was_room() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.write("Good morning everybody, have a good day", metrics=Metrics())
        await read_without_digest(our)
        shown_first = await preview(our)
        assert "none is worth showing here: 1 with too little that speaks for them." in shown_first.text
        (item,) = await pile(our, "What came close")
        assert "short of what a post needs to be worth a place" in item.why


async def test_three_quiet_mornings_are_explained_with_the_reasons() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        for day in range(3):
            our.clock.set(HALF_PAST_SEVEN + day * DAY)
            our.write("RT something", references=(Reference(ReferenceKind.REPOSTED, str(day)),))
            await our.at(HALF_PAST_SEVEN + day * DAY)
        (line,) = [shown.text for shown in our.chat.shown(STAFF)]
        assert line.startswith("No digest for three mornings: ")
        assert "only repeating another post" in line
        assert "/pln digest preview" in line


async def test_a_question_that_hardly_anybody_answered_is_kept_as_one() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write(
            "How do you teach fractions to year 4 without a worksheet? Any ideas from other primary teachers?",
            reply_url="https://x.example/intent/tweet?in_reply_to=1",
        )
        await read_without_digest(our)
        assert [item.reply_label for item in posts_in(await preview(our))] == ["Reply on X"]
        await our.at(HALF_PAST_SEVEN)
        async with our.store.reading() as tx:
            digest = await tx.digests.latest(STAFF)
        assert digest
        assert [item.asks for item in digest.items] == [True]


# ------------------------------------------------------------------------------------------------ why no digest came


async def told(our: School, post: str | None = None, *, latest: bool = False) -> list[Told]:
    return await explain(our.parts, CONNECTED, Wanted("Staff", post, latest))


async def stopped_at(our: School) -> tuple[str, str]:
    """The step that stopped, and what is said about it."""
    (found,) = await told(our)
    return (found.obstacle.step.value, found.obstacle.in_words) if found.obstacle else ("", "")


async def test_it_names_the_step_before_the_morning_and_none_once_the_digest_is_there() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.write("One idea that is worth a digest of its own", created_at=HALF_PAST_SEVEN - timedelta(hours=2))
        our.clock.set(HALF_PAST_SEVEN - timedelta(hours=1))
        step, words = await stopped_at(our)
        assert step == "time"
        assert "today 07:30" in words
        await our.at(HALF_PAST_SEVEN)
        assert len(our.digests()) == 1
        assert await stopped_at(our) == ("", "")


async def test_no_topics_no_connection_and_no_such_channel() -> None:
    async with school() as our:
        with pytest.raises(Mistake, match="no channel yet"):
            await explain(our.parts, CONNECTED, Wanted())
        await our.configure("")
        assert (await stopped_at(our))[0] == "topics"
        (found,) = await explain(our.parts, ("slack",), Wanted())
        assert found.obstacle
        assert found.obstacle.step == "connection"
        with pytest.raises(Mistake, match="Did you mean Staff"):
            await explain(our.parts, CONNECTED, Wanted("Staf"))


async def test_weekends_and_pauses_say_when_the_next_one_comes() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        await our.at(HALF_PAST_SEVEN + 4 * DAY)
        step, words = await stopped_at(our)
        assert step == "calendar"
        assert "they come Monday to Friday" in words
        assert "Monday 07:30" in words
        await change(our, paused_until=date(2026, 12, 7))
        step, words = await stopped_at(our)
        assert step == "calendar"
        assert "paused until" in words
        assert "paused until" in (await preview(our)).text


async def change(our: School, **changes: object) -> None:
    async with our.store.transaction() as tx:
        channel = await tx.channels.get(STAFF)
        assert channel
        await tx.channels.put(replace(channel, **changes))  # type: ignore[arg-type]
    await our.settle()


async def test_a_source_that_is_away_and_a_limit_that_is_reached() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.x.fail_next(Unavailable("X is down."), times=999)
        await our.at(HALF_PAST_SEVEN + MINUTE)
        assert (await stopped_at(our))[0] == "reading"
        await our.at(HALF_PAST_SEVEN + 11 * MINUTE)
        step, words = await stopped_at(our)
        assert step == "reading"
        assert "the posts could not be read" in words
    async with school(caps=Caps(dollars(0), dollars(10))) as our:
        await our.configure()
        await our.plan()
        await our.at(HALF_PAST_SEVEN + MINUTE)
        step, words = await stopped_at(our)
        assert step == "reading"
        assert "[budget]" in words


async def test_a_quiet_morning_says_what_was_looked_at() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.write("RT something", references=(Reference(ReferenceKind.REPOSTED, "99"),))
        await our.at(HALF_PAST_SEVEN)
        step, words = await stopped_at(our)
        assert step == "choice"
        assert "1 only repeating another post" in words
        assert words in await our.say("ana", "/pln status")


@pytest.mark.parametrize(
    ("trouble", "expected"),
    [
        (Rejected("The channel is archived."), "could not be sent: The channel is archived."),
        (Unavailable("The platform is down."), "waits to be sent"),
        (Uncertain("The connection was cut."), "is asked whether it is there"),
    ],
)
async def test_a_digest_that_could_not_be_sent(trouble: AdapterError, expected: str) -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write("One idea that is worth a digest of its own")
        our.chat.fail_next(trouble)
        await our.at(HALF_PAST_SEVEN)
        step, words = await stopped_at(our)
        assert step == "sending"
        assert expected in words


async def test_a_digest_that_may_be_missing() -> None:
    async with school(abilities=replace(EVERYTHING, find=False)) as our:
        await our.configure()
        await our.plan()
        our.clock.set(HALF_PAST_SEVEN)
        our.write("One idea that is worth a digest of its own")
        our.chat.cut_next(arrives=False)
        await our.at(HALF_PAST_SEVEN)
        await our.at(HALF_PAST_SEVEN + 5 * MINUTE)
        step, words = await stopped_at(our)
        assert step == "sending"
        assert "never sent twice" in words


# ----------------------------------------------------------------------------------------------------- one post, JSON


async def test_a_post_is_found_by_its_id_or_its_link() -> None:
    async with school() as our:
        written = await mixed_morning(our)
        spoken = [await told(our, each) for each in (written[-1].key.id, written[-1].url, f"x:{written[-1].key.id}")]
        assert [[each.words for each in found.candidates] for (found,) in spoken] == [
            ["it is muted here (“raffle”)"]
        ] * 3


async def test_a_post_that_is_no_candidate_is_explained_too() -> None:
    async with school() as our:
        await our.configure()
        await our.plan()
        shown = our.write("One idea that is worth a digest of its own", created_at=HALF_PAST_SEVEN - timedelta(hours=2))
        old = replace(shown, key=replace(shown.key, id="77"), created_at=HALF_PAST_SEVEN - 9 * DAY)
        foreign = replace(shown, key=replace(shown.key, id="78"), created_at=HALF_PAST_SEVEN, hashtags=("knitting",))
        await our.at(HALF_PAST_SEVEN)
        async with our.store.transaction() as tx:
            await tx.posts.add([old, foreign], {}, our.clock.now())
        our.clock.advance(timedelta(hours=1))
        words = {post: (await told(our, post))[0].about_the_post for post in (shown.key.id, "77", "78", "79")}
        assert words[shown.key.id].startswith("The latest digest showed it as item 1: #edchat")
        assert "where this digest begins" in words["77"]
        assert words["78"] == "It matches no topic that this channel follows."
        assert "This post has not been read" in words["79"]


async def test_as_json_every_candidate_is_there_once() -> None:
    async with school() as our:
        written = await mixed_morning(our)
        (channel,) = json.loads(as_json(await told(our)))
        assert sorted(each["id"] for each in channel["candidates"]) == sorted(post.key.id for post in written)
        assert channel["stopped_at"]["step"] == "time"
        reasons = {each["reason"] for each in channel["candidates"] if each["ending"] == "excluded"}
        assert {"muted", "repost"} <= reasons


async def test_lines_say_the_same_as_the_preview() -> None:
    async with school() as our:
        await mixed_morning(our)
        account = next(line for line in (await preview(our)).text.splitlines() if line.startswith("Looked at"))
        lines = lines_of(await told(our), our.clock.now())
        assert f"  The next digest, if it came now. {account}" in lines
        assert "  Shown (5)" in lines
        assert "  Left out (14)" in lines


async def test_the_latest_digest_is_explained_as_it_was_chosen() -> None:
    async with school() as our:
        written = await mixed_morning(our)
        await our.at(HALF_PAST_SEVEN)
        our.write("Something that came after the digest of this morning was there")
        await our.at(HALF_PAST_SEVEN + timedelta(hours=5))
        await our.say("ana", "/pln list")
        ((found,), (next_one,)) = (await told(our, latest=True), await told(our))
        assert [each.candidate.post.url for each in shown(found.candidates)] == [
            item.url for item in posts_in(our.digests()[0])
        ]
        assert found.selection.choice.looked_at == len(written)
        assert Reason.SEEN not in {each.fate.reason for each in found.candidates}
        assert "shown here before" in account_of(next_one.selection)
        (lost,) = await told(our, written[-1].key.id, latest=True)
        assert [each.words for each in lost.candidates] == ["it is muted here (“raffle”)"]


async def test_personal_digests_are_explained_to_nobody_else() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln me follow #maths")
        every = await explain(our.parts, CONNECTED, Wanted())
        assert [each.channel.key for each in every] == [STAFF]
        with pytest.raises(Mistake, match="somebody's own digest"):
            await explain(our.parts, CONNECTED, Wanted("ana"))
