"""Workspaces that the configuration names before they are there, and those that come while the engine runs."""

from dataclasses import replace
from datetime import timedelta

from structlog.testing import capture_logs

from bot.app import reconcile
from bot.domain.channel import Channel, Origin, Workspace
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Schedule
from bot.domain.topic import parse_topics
from tests.fakes.chat import EVERYTHING, FakeChat
from tests.fakes.inbox import FakeInbox
from tests.rigs.school import OFFICE, STAFF, School, school

TOPICS = parse_topics("#edchat", account_source="x")
LATER = ChannelKey("fake:later", "staff")


async def test_a_channel_may_wait_for_its_workspace_and_keeps_what_it_follows() -> None:
    async with school() as ours:
        await _configure(ours)
        async with ours.store.reading() as tx:
            assert Workspace("fake:later", "fake", "later") in await tx.channels.workspaces()
            assert [each.topic for each in await tx.topics.followed(LATER)] == TOPICS


async def test_what_is_installed_while_the_engine_runs_is_known_at_once_by_its_name() -> None:
    async with school() as ours:
        await _configure(ours)
        chat = FakeChat(FakeInbox(), workspace="fake:later", clock=ours.clock)
        ours.parts.chats["later"] = chat  # type: ignore[index]
        await ours.engine.installed()
        async with ours.store.reading() as tx:
            known = {each.id: each.name for each in await tx.channels.workspaces()}
        assert known["fake:later"] == chat.workspaces()[0].name


async def test_a_workspace_that_is_not_connected_any_more_keeps_its_rows() -> None:
    async with school() as ours:
        await ours.configure()
        ours.parts.chats.clear()  # type: ignore[attr-defined]
        await ours.engine.installed()
        async with ours.store.reading() as tx:
            assert "fake:school" in {each.id for each in await tx.channels.workspaces()}


async def test_what_was_asked_before_its_workspace_went_away_is_answered_to_that_person_alone() -> None:
    async with school() as ours:
        await ours.open_channel()
        known = len(ours.chat.messages)
        await ours.chat.command("ana", STAFF, "/pln saved")
        connected = dict(ours.parts.chats)
        ours.parts.chats.clear()  # type: ignore[attr-defined]
        await ours.settle()
        ours.parts.chats.update(connected)  # type: ignore[attr-defined]
        await ours.at(ours.clock.now() + timedelta(minutes=5))
        assert [each.private_to for each in ours.chat.messages[known:]] == ["ana"]


async def _configure(ours: School) -> None:
    channel = Channel(LATER, "Staff", Schedule("UTC"), origin=Origin.CONFIG)
    async with ours.store.transaction() as tx:
        await reconcile(tx, ours.parts, [(channel, TOPICS)])


async def test_where_a_reaction_on_peoples_messages_can_save_nothing_that_is_said_at_the_start() -> None:
    channel = Channel(STAFF, "Staff", Schedule("UTC"), origin=Origin.CONFIG, saves_links=True)
    async with school(abilities=replace(EVERYTHING, read_messages=False)) as ours, ours.store.transaction() as tx:
        with capture_logs() as said:
            await reconcile(tx, ours.parts, [(channel, TOPICS), (replace(channel, key=OFFICE, saves_links=False), [])])
    assert [each["channel"] for each in said if "saves_links" in each["event"]] == ["Staff"]
    assert "does not show Staffroom what people write" in said[0]["why"]
    async with school(abilities=EVERYTHING) as ours, ours.store.transaction() as tx:
        with capture_logs() as said:
            await reconcile(tx, ours.parts, [(channel, TOPICS)])
    assert not [each for each in said if "saves_links" in each["event"]]
