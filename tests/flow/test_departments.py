"""Departments: a library of their own for the channels that belong to one, which everybody may look into."""

from dataclasses import replace

import pytest

from bot.domain.channel import Channel, Origin
from bot.domain.keys import ChannelKey
from bot.domain.library import KEYCAPS, Item
from bot.domain.people import Standing
from bot.domain.search import ALL_ITEMS
from bot.views import LibraryEntry
from tests.fakes.chat import Shown, buttons_of
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, WORKSPACE, School, school

ZEBRA = "Zebra fractions with paper plates, a lesson that my pupils asked for again #edchat"
ARTS = ChannelKey(WORKSPACE, "arts")


async def maths(our: School) -> Shown:
    """A digest of two posts in the channel of the maths department."""
    await our.open_channel()
    await our.plan()
    our.clock.set(HALF_PAST_SEVEN)
    our.write(ZEBRA)
    our.write("Chalk a zebra crossing on the playground and count the steps of everybody who passes")
    await our.at(HALF_PAST_SEVEN)
    digest = our.digests()[-1]
    our.chat.standings["office"] = Standing.ADMIN
    await our.say("office", "/pln department Maths")
    return digest


async def the_items(our: School) -> list[Item]:
    async with our.store.reading() as tx:
        return (await tx.library.find(WORKSPACE, ALL_ITEMS, saved_by=None, viewer=None, limit=9, offset=0))[0]


async def known(our: School, key: ChannelKey = STAFF) -> Channel:
    async with our.store.reading() as tx:
        channel = await tx.channels.get(key)
    assert channel
    return channel


async def test_an_admin_says_which_department_a_channel_belongs_to_and_takes_it_back() -> None:
    async with school() as our:
        await our.open_channel()
        assert "belongs to no department" in await our.say("ana", "/pln department")
        our.chat.standings["office"] = Standing.ADMIN
        said = await our.say("office", "/pln department Modern  Languages")
        assert "goes into the library of Modern Languages from now on" in said
        channel = await known(our)
        assert (channel.department, channel.library) == ("Modern Languages", "modern-languages")
        async with our.store.reading() as tx:
            acts, _ = await tx.admin_acts.of(WORKSPACE, 9, 0)
        assert [(each.by, each.what, each.about) for each in acts] == [
            ("office", "department", "Modern Languages (Staff)")
        ]
        assert "This channel belongs to Modern Languages" in await our.say("ana", "/pln department")
        await our.press("office", our.last_answer("office").id, "Undo")
        assert (await known(our)).department == ""


async def test_only_admins_do_and_not_where_the_configuration_file_decides() -> None:
    async with school() as our:
        await our.open_channel()
        assert "admin" in await our.say("ana", "/pln department Maths")
        assert (await known(our)).department == ""
        our.chat.standings["office"] = Standing.ADMIN
        async with our.store.transaction() as tx:
            await tx.channels.put(replace(await known(our), origin=Origin.CONFIG))
        assert "is set up in" in await our.say("office", "/pln department Maths")
        assert (await known(our)).department == ""


@pytest.mark.parametrize("name", ["!!!", "all", "me", "x" * 41])
async def test_what_is_no_name_of_a_department_is_refused(name: str) -> None:
    async with school() as our:
        await our.open_channel()
        our.chat.standings["office"] = Standing.ADMIN
        await our.say("office", f"/pln department {name}")
        assert (await known(our)).department == ""


async def test_two_channels_of_a_department_call_it_the_same() -> None:
    async with school() as our:
        await maths(our)
        async with our.store.transaction() as tx:
            await tx.channels.put(replace(await known(our), key=ARTS, name="arts", department=""))
        await our.say("office", "/pln department MATHS", ARTS)
        assert (await known(our, ARTS)).department == "Maths"


async def test_what_is_saved_in_its_channel_goes_into_its_library_however_it_is_saved() -> None:
    async with school() as our:
        digest = await maths(our)
        await our.hear("ana", our.chat.react("ana", digest.id, KEYCAPS[0]))
        assert "Saved to the library of Maths." in await our.say("ben", "/pln save 2")
        assert "library of Maths" in await our.say("ben", "/pln save https://news.example/zebra")
        await our.hear("ben", our.chat.choose_message("ben", our.chat.write(STAFF, "Zebra", "https://news.example/b")))
        await our.hear("ben", our.chat.fill_in("ben", {}))
        items = await the_items(our)
        assert len(items) == 4
        assert {item.libraries for item in items} == {("maths",)}


async def test_saved_once_more_in_another_department_it_is_in_both_libraries() -> None:
    async with school() as our:
        await maths(our)
        await our.say("ana", "/pln save https://news.example/zebra")
        await our.say("office", "/pln department Arts")
        await our.say("ana", "/pln save https://news.example/zebra")
        (item,) = await the_items(our)
        assert item.libraries == ("maths", "arts")


async def test_what_was_saved_before_stays_in_the_library_of_all() -> None:
    async with school() as our:
        digest = await our.digest_of(1)
        await our.hear("ana", our.chat.react("ana", digest.id, KEYCAPS[0]))
        our.chat.standings["office"] = Standing.ADMIN
        await our.say("office", "/pln department Maths")
        (item,) = await the_items(our)
        assert item.libraries == ("",)


async def test_find_in_its_channel_looks_into_its_library_first_and_elsewhere_into_all() -> None:
    async with school() as our:
        await our.open_channel()
        await our.say("ana", "/pln save https://news.example/zebra-for-all")
        our.chat.standings["office"] = Standing.ADMIN
        await our.say("office", "/pln department Maths")
        await our.say("ana", "/pln save https://news.example/zebra-for-maths")
        here = await our.say("ben", "/pln find zebra")
        assert "zebra-for-maths" in here
        assert "zebra-for-all" not in here
        button = next(each for each in buttons_of(our.last_answer("ben").message) if "all libraries" in each.label)
        everywhere = await our.hear("ben", our.chat.press("ben", our.last_answer("ben").id, button.label))
        assert "zebra-for-all" in everywhere
        async with our.store.transaction() as tx:
            await tx.channels.put(replace(await known(our), key=ARTS, name="arts", department=""))
        elsewhere = await our.say("ben", "/pln find zebra", ARTS)
        assert "zebra-for-maths" in elsewhere
        assert "zebra-for-all" in elsewhere


async def test_an_item_is_put_into_another_library_by_a_button_and_taken_out_again() -> None:
    async with school() as our:
        await maths(our)
        async with our.store.transaction() as tx:
            await tx.channels.put(replace(await known(our), key=ARTS, name="arts", department="Art and Design"))
        await our.say("ana", "/pln save 1")
        await our.say("ben", "/pln find zebra")
        (entry,) = [each for each in our.last_answer("ben").message.blocks if isinstance(each, LibraryEntry)]
        (button,) = [each for each in entry.menu if each.label.startswith("Put into another library")]
        question = await our.hear("ben", our.chat.press("ben", our.last_answer("ben").id, button.label))
        assert "In which library shall it be as well?" in question
        labels = [each.label for each in buttons_of(our.last_answer("ben").message)]
        assert labels == ["The library of all", "Art and Design"]
        await our.press("ben", our.last_answer("ben").id, "Art and Design")
        assert (await the_items(our))[0].libraries == ("maths", "art-and-design")
        assert "Zebra" in await our.say("cleo", "/pln find zebra", ARTS)
        await our.press("ben", our.last_answer("ben").id, "Undo")
        assert (await the_items(our))[0].libraries == ("maths",)


async def test_what_is_kept_alone_is_in_no_library_and_cannot_be_put_into_one() -> None:
    async with school() as our:
        await maths(our)
        await our.say("ana", "/pln save 1 only me")
        await our.say("ana", "/pln saved")
        (entry,) = [each for each in our.last_answer("ana").message.blocks if isinstance(each, LibraryEntry)]
        assert not [each for each in entry.menu if "another library" in each.label]
        assert "kept for you alone" in await our.hear(
            "ana", our.chat.press_elsewhere("ana", STAFF, f"into/{entry.item}/arts")
        )
