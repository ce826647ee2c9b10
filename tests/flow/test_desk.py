"""The library's desk on a whole school: who sees what there, and what is left of things that vanish."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.channel import Channel
from bot.domain.events import Person
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.people import Role, Standing
from bot.domain.post import Link
from bot.domain.rules import Rule, RuleKind
from bot.domain.schedule import Schedule
from bot.domain.search import Total
from bot.domain.standing import Standing as PostStanding
from bot.errors import Mistake
from bot.ports.desk import AddTags, DeskPage, Keep, LinkToSave, Page, Remove, Share, Undo, Unshare, Viewer, WriteNote
from bot.services.library.shelf import Placing, save_post
from bot.services.web.desk import EngineDesk
from tests.rigs.school import STAFF, WORKSPACE, School, school

PAPER = (Link("https://paper.example/fold", "https://t.example/1", "Fractions by folding paper"),)
MARCH = datetime(2027, 3, 9, 8, 0, tzinfo=UTC)
ELSEWHERE = "fake:college"


def viewer(name: str, role: Role = Role.EDITOR, workspace: str = WORKSPACE) -> Viewer:
    return Viewer(Person(PersonKey(workspace, name.lower()), name), role)


ANA, BEN = viewer("Ana"), viewer("Ben")


def desk_of(our: School) -> EngineDesk:
    return EngineDesk(our.parts)


async def saved(our: School, who: Viewer = ANA, *, private: bool = False) -> str:
    return (await desk_of(our).save_link(who, LinkToSave("https://a.example/1", "Tangrams", private=private))).item


async def opened(our: School, who: Viewer, item: str) -> DeskPage:
    page = await desk_of(our).item(who, item)
    assert page
    return page


async def test_a_first_save_says_whose_name_is_seen_as_the_workspace_chose() -> None:
    async with school() as our:
        done = await desk_of(our).save_link(ANA, LinkToSave("https://a.example/1", "Tangrams"))
        assert done.sentence == (
            "Saved to the library. You find it again under My saves; colleagues see your name beside it."
        )
        again = await desk_of(our).save_link(ANA, LinkToSave("https://a.example/2", "Cubes"))
        assert again.sentence == "Saved to the library."


async def test_where_no_names_are_said_the_page_says_none() -> None:
    async with school() as our:
        our.chat.standings["ana"] = Standing.ADMIN
        await our.open_channel()
        item = await saved(our, BEN)
        await desk_of(our).act(BEN, item, WriteNote("Worked well"))
        assert (await opened(our, ANA, item)).saves == ("Ben, 23 November 2026",)
        await our.say("ana", "/pln names none")
        page = await opened(our, ANA, item)
        assert page.saves == ("1 colleague",)
        assert [note.by for note in page.notes] == ["A colleague"]
        assert "Ben" not in repr(page.history)
        assert "Ben" not in repr(await desk_of(our).shelf(ANA, ""))


async def test_what_is_private_or_removed_is_not_there_for_others() -> None:
    async with school() as our:
        desk = desk_of(our)
        own = await saved(our, private=True)
        await desk.act(ANA, own, WriteNote("Ask Jo"))
        assert await desk.item(BEN, own) is None
        assert await desk.item(viewer("Olga", Role.OWNER), own) is None
        assert (await desk.shelf(BEN, "")).total == Total(0)
        assert [each.is_private for each in (await desk.shelf(ANA, "", mine=True)).items] == [True]
        for act in (WriteNote("Seen"), AddTags("seen"), Keep()):
            with pytest.raises(Mistake):
                await desk.act(BEN, own, act)
        await desk.act(ANA, own, Keep())
        await desk.act(viewer("Olga", Role.OWNER), own, Remove())
        assert await desk.item(BEN, own) is None
        assert (await desk.shelf(BEN, "")).total == Total(0)
        assert (await desk.removed(BEN)).total == Total(0)
        assert (await desk.removed(viewer("Olga", Role.OWNER))).total == Total(1)


async def test_readers_look_and_change_nothing() -> None:
    async with school() as our:
        desk, item, reader = desk_of(our), await saved(our), viewer("Rae", Role.READER)
        assert (await desk.shelf(reader, "")).total == Total(1)
        for act in (WriteNote("Mine"), AddTags("mine"), Keep(), Remove()):
            with pytest.raises(Mistake):
                await desk.act(reader, item, act)
        with pytest.raises(Mistake):
            await desk.save_link(reader, LinkToSave("https://a.example/2"))


async def test_another_workspace_is_another_library() -> None:
    async with school() as our:
        desk, item, stranger = desk_of(our), await saved(our), viewer("Sam", Role.OWNER, ELSEWHERE)
        assert await desk.item(stranger, item) is None
        assert (await desk.shelf(stranger, "")).total == Total(0)
        assert list(await desk.tags(stranger)) == []
        with pytest.raises(Mistake):
            await desk.act(stranger, item, Remove())


async def test_past_digests_are_those_of_open_channels() -> None:
    async with school() as our:
        await our.digest_of(posts=2)
        desk = desk_of(our)
        [digest], total = await desk.digests(BEN)
        assert (total, digest.channel.casefold()) == (1, "staff")
        page = await desk.digest(BEN, digest.key)
        assert page
        assert len(page.posts) == 2
        assert await desk.digest(viewer("Sam", Role.OWNER, ELSEWHERE), digest.key) is None
        our.chat.members_only.add(STAFF.channel)
        assert await desk.digests(BEN) == ([], 0)
        assert await desk.digest(BEN, digest.key) is None


async def test_somebodys_own_digest_is_theirs() -> None:
    async with school() as our:
        await our.open_channel()
        own = Channel(ChannelKey(WORKSPACE, "ana"), "a personal digest", Schedule("UTC"), owner="ana")
        async with our.store.transaction() as tx:
            await tx.channels.put(own)
        names = {each.channel for each in (await desk_of(our).digests(ANA))[0]}
        assert names <= {"Your own digest"}
        assert "a personal digest" not in (await desk_of(our).filters(BEN)).channels


async def test_in_march_what_led_to_a_page_is_gone_and_the_page_stays() -> None:
    async with school() as our:
        await our.open_channel()
        await our.plan()
        written = our.write("Fold paper into eighths https://t.example/1", links=PAPER)
        await our.at(datetime(2026, 11, 24, 7, 30, tzinfo=UTC))
        desk = desk_of(our)
        async with our.store.transaction() as tx:
            item = await save_post(tx, Placing(ANA.person, "web", our.clock.now()), PostKey("x", written.key.id))
        assert item
        await desk.act(ANA, item, AddTags("fractions"))
        await desk.act(ANA, item, WriteNote("Use A3"))
        assert len((await opened(our, BEN, item)).posts) == 1
        our.clock.set(MARCH)
        async with our.store.transaction() as tx:
            await tx.posts.set_standing([PostKey("x", written.key.id)], PostStanding.GONE, MARCH)
            await tx.posts.erase([PostKey("x", written.key.id)])
        page = await opened(our, BEN, item)
        assert (page.posts, page.vanished) == ((), 1)
        entry = page.item.entry
        assert (entry.title, entry.url) == ("Fractions by folding paper", "https://paper.example/fold")
        assert (entry.text, entry.credit) == ("", None)
        assert (page.item.tags, [note.text for note in page.notes]) == (("fractions",), ["Use A3"])
        assert "eighths" not in repr(page)
        assert (await desk.shelf(BEN, "folding")).total == Total(1)


async def test_a_long_library_comes_in_pages() -> None:
    async with school() as our:
        desk = desk_of(our)
        for number in range(5):
            our.clock.advance(timedelta(minutes=1))
            await desk.save_link(ANA, LinkToSave(f"https://a.example/{number}", f"Page {number}"))
        shelf = await desk.shelf(BEN, "", Page(2, 2))
        assert ([each.entry.title for each in shelf.items], shelf.total) == (["Page 2", "Page 1"], Total(5))
        assert replace(shelf, items=()).problem == ""


async def test_what_is_not_in_the_library_of_all_yet_is_shared_by_its_savers_alone() -> None:
    """Ana's save waits for a second one: nobody else may learn of it, nor decide about it."""
    async with school() as our:
        await our.open_channel()
        async with our.store.transaction() as tx:
            staff = await tx.channels.get(STAFF)
            assert staff
            await tx.channels.put(replace(staff, department="Maths"))
            await tx.rules.put(Rule(WORKSPACE, "", RuleKind.THRESHOLD, "2", "ada", our.clock.now()))
        item = await saved(our)
        for act in (Share("Maths"), Unshare("Maths"), Keep(private=False), AddTags("x"), WriteNote("x"), Undo()):
            with pytest.raises(Mistake):
                await desk_of(our).act(BEN, item, act)
        assert (await opened(our, ANA, item)).item.libraries == ()
        await desk_of(our).act(ANA, item, Share("Maths"))
        assert (await opened(our, ANA, item)).item.libraries == ("Maths",)
