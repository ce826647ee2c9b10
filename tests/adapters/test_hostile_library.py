"""A library full of somebody's tricks, shown in Slack and in Discord: it does there what a harmless one does."""

from datetime import datetime

import pytest

from bot.domain.channel import Channel
from bot.domain.department import library_key
from bot.domain.events import Person
from bot.domain.keys import ChannelKey, PersonKey
from bot.domain.library import parse_note, parse_tags
from bot.domain.people import Role
from bot.domain.schedule import Schedule
from bot.domain.written import parts_of
from bot.ports import Store
from bot.services.library.care import note_item, retitle, tag_item
from bot.services.library.sharing import share_item
from bot.services.library.shelf import Placing, save_link
from bot.testing.messages import HOSTILE
from tests.rigs.discord_school import discord_school
from tests.rigs.discord_server_markdown import Reading as ReadingInDiscord
from tests.rigs.discord_server_text import read as read_discord
from tests.rigs.slack import STAFFROOM
from tests.rigs.slack_school import ROOM, slack_school
from tests.rigs.slack_server_text import Reading as ReadingInSlack
from tests.rigs.slack_server_text import read as read_slack
from tests.rigs.slack_server_text import read_view

PAGE = "https://pages.example/fractions"
HARMLESS = "Fold it into eighths"
WAYS_ON = ("Notes: ", "Title and kind: ")
ASKED = ("find {}by:nobody", "find {}in:nowhere", "saved", "library", "people", "find {}fractions")


async def fill(store: Store, channel: ChannelKey, said: str, at: datetime) -> None:
    """All that somebody can call something is called `said`, or as much of it as fits."""
    somebody = Person(PersonKey(channel.workspace, "U0SOMEBODY"), said)
    async with store.transaction() as tx:
        await tx.channels.put(Channel(channel, said[:60], Schedule("UTC"), department=said[:30]))
        shelf, library = said[:40], library_key(said[:30])
        item = await save_link(tx, Placing(somebody, "form", at, shelf=shelf, library=library), PAGE, said)
        await retitle(tx, somebody, Role.EDITOR, item, f"{said[:100]} once more", at=at)
        await tag_item(tx, somebody, Role.EDITOR, item, parse_tags(said.replace(",", " ")[:30]) or ("tag",), at=at)
        await note_item(tx, somebody, Role.EDITOR, item, parse_note(said), at=at)
        await share_item(tx, somebody, Role.EDITOR, item, said[:30], at=at)


LOOKS = {"strong": "format:bold", "stressed": "format:italic"}


def done_by(reading: ReadingInSlack | ReadingInDiscord, said: str) -> set[str]:
    """What a message does, beside what whoever wrote a note may make of it where notes are read, and nowhere else."""
    if "1 note about" not in "\n".join(reading.lines):
        return set(reading.did)
    pieces = [piece for part in parts_of(parse_note(said)) for line in part.lines for piece in line]
    wanted = {f"link:{piece.url}" for piece in pieces if piece.url}
    return set(reading.did) - wanted - {LOOKS[piece.look] for piece in pieces if piece.look in LOOKS}


def menu_of(components: object) -> list[str]:
    """Labels of what leads to notes, title and kind of the item that was found. Slack puts them below `text`."""
    match components:
        case {"label": str(label)} | {"text": {"text": str(label)}} if label.startswith(WAYS_ON):
            return [label]
        case dict():
            return [label for each in components.values() for label in menu_of(each)]
        case list():
            return list(dict.fromkeys(label for each in components for label in menu_of(each)))
        case _:
            return []


def way_to_notes(components: object) -> str:
    return next(label for label in menu_of(components) if label.startswith("Notes: "))


async def done_in_slack(said: str) -> set[str]:
    async with slack_school() as our:
        await our.say("ana", "/pln save https://pages.example/else")
        await fill(our.store, STAFFROOM, said, our.clock.now())
        for asked in ASKED:
            await our.say("ana", f"/pln {asked.format('')}")
        await our.say("ana", f"/pln find {said}")
        await our.say("ana", "/pln find fractions")
        found = our.last_answer("ana")
        labels = menu_of(found.blocks)
        assert len(labels) == 2
        for label in labels:
            await our.press("ana", found, label)
        forms = [read_view(each.shown) for each in our.server.world.views.values()]
        assert not [did for each in forms for did in each.did if did.startswith(("mention:", "link:", "direction:"))]
        return {did for each in our.server.messages(ROOM, "ana") for did in done_by(read_slack(each), said)}


async def done_in_discord(said: str) -> set[str]:
    async with discord_school() as our:
        await our.say("ana", "/pln save what:https://pages.example/else")
        await fill(our.store, our.staff, said, our.clock.now())
        for asked in ASKED:
            await our.say("ana", f"/pln {asked.format('words:')}")
        found = our.last_answer("ana")
        labels = menu_of(our.server.world.messages[found].components)
        assert len(labels) == 2
        for label in labels:
            await our.press("ana", found, label)
        messages = list(our.server.world.messages.values())
        return {did for each in messages for did in (*done_by(read_discord(each), said), *each.called)}


NOTE = "# Do\n- **very** *well*\n7. `as is`\n> said\n[ours](https://pages.example/1) @everyone <!here> discord.gg/abc"


async def test_a_note_looks_in_both_chats_as_it_was_typed_and_says_whose_page_a_link_leads_to() -> None:
    told = ("Do", "very well", "as is", "said", "ours (pages.example) @everyone <!here> discord.gg/abc")
    async with slack_school() as slack:
        await slack.say("ana", "/pln save https://pages.example/else")
        await fill(slack.store, STAFFROOM, NOTE, slack.clock.now())
        await slack.say("ana", "/pln find fractions")
        answer = slack.last_answer("ana")
        in_slack = await slack.press("ana", answer, way_to_notes(answer.blocks))
        assert [line for line in in_slack.splitlines() if line in told] == list(told)
    async with discord_school() as discord:
        await discord.say("ana", "/pln save what:https://pages.example/else")
        await fill(discord.store, discord.staff, NOTE, discord.clock.now())
        await discord.say("ana", "/pln find words:fractions")
        found = discord.last_answer("ana")
        label = way_to_notes(discord.server.world.messages[found].components)
        in_discord = await discord.press("ana", found, label)
        assert [line for line in in_discord.splitlines() if line in told] == list(told)


@pytest.mark.parametrize("said", HOSTILE)
async def test_hostile_words_do_in_slack_what_harmless_ones_do(said: str) -> None:
    assert await done_in_slack(said) == await done_in_slack(HARMLESS)


@pytest.mark.parametrize("said", HOSTILE)
async def test_hostile_words_do_in_discord_what_harmless_ones_do(said: str) -> None:
    assert await done_in_discord(said) == await done_in_discord(HARMLESS)
