"""Messages of the loopback Discord: written once, changed, taken away and found again."""

from datetime import timedelta

import discord
import pytest

from tests.adapters.discord_server.asking import V2, Asking, button, code_of, row, text
from tests.fakes.clock import FakeClock
from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_rules import EVENT_INTENTS, Intent
from tests.rigs.discord_server_world import Happening, Message


async def test_a_message_is_read_as_it_was_written(ask: Asking, server: DiscordServer) -> None:
    await ask.post(text("**Good morning**"), row(button("Save for later")))
    assert server.texts("staffroom", "ana") == ["Good morning\nSave for later"]


async def test_what_discord_py_sends_it_reads_back(client: discord.Client, ask: Asking) -> None:
    channel = await client.fetch_channel(int(ask.room.id))
    assert isinstance(channel, discord.TextChannel)
    view = discord.ui.LayoutView()
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("One"), discord.ui.Separator(), id=7))
    sent = await channel.send(view=view, silent=True, allowed_mentions=discord.AllowedMentions.none())
    again = await channel.fetch_message(sent.id)
    assert isinstance(again.components[0], discord.components.Container)
    assert again.components[0].id == 7
    assert again.flags.components_v2
    assert [each.id async for each in channel.history()] == [sent.id]


async def test_a_nonce_that_is_enforced_gives_the_first_message_for_three_minutes(
    ask: Asking, clock: FakeClock
) -> None:
    first = await ask.post(nonce="digest-1", enforce_nonce=True)
    clock.advance(timedelta(minutes=2))
    assert (await ask.post(text("Other words"), nonce="digest-1", enforce_nonce=True))["id"] == first["id"]
    clock.advance(timedelta(minutes=2))
    assert (await ask.post(nonce="digest-1", enforce_nonce=True))["id"] != first["id"]
    assert len(ask.room.messages) == 2
    assert first["nonce"] == "digest-1"


async def test_a_nonce_that_is_not_enforced_protects_nobody(ask: Asking) -> None:
    await ask.post(nonce="digest-1")
    await ask.post(nonce="digest-1")
    assert len(ask.room.messages) == 2


async def test_only_ones_own_message_is_changed(ask: Asking, server: DiscordServer) -> None:
    ana = server.world.person("ana").id
    server.world.add_message(Message(theirs := server.world.new_id(), ask.room.id, ana, "Hello"))
    with pytest.raises(discord.Forbidden) as refused:
        await ask("PATCH", f"/channels/{ask.room.id}/messages/{theirs}", {"content": "Bye"})
    assert code_of(refused.value) == (403, 50005)
    with pytest.raises(discord.Forbidden) as refused:
        await ask("DELETE", f"/channels/{ask.room.id}/messages/{theirs}")
    assert code_of(refused.value) == (403, 50013)


async def test_an_edit_replaces_the_components_and_keeps_what_it_does_not_name(
    ask: Asking, server: DiscordServer, clock: FakeClock
) -> None:
    sent = await ask.post(text("Saved by 1"), nonce="one")
    clock.advance(timedelta(days=40))
    body = {"components": [text("Saved by 2")]}
    changed = await ask("PATCH", f"/channels/{ask.room.id}/messages/{sent['id']}", body)
    assert changed["flags"] & V2
    assert changed["edited_timestamp"].startswith("2027-01-03T07:00")
    assert server.texts("staffroom", "ana") == ["Saved by 2"]


async def test_a_message_of_components_cannot_become_one_of_text(ask: Asking) -> None:
    sent = await ask.post()
    with pytest.raises(discord.HTTPException, match=r"cannot be used when using MessageFlags\.IS_COMPONENTS_V2"):
        await ask("PATCH", f"/channels/{ask.room.id}/messages/{sent['id']}", {"content": "Text", "flags": 0})


async def test_what_is_gone_is_unknown(ask: Asking) -> None:
    sent = await ask.post()
    await ask("DELETE", f"/channels/{ask.room.id}/messages/{sent['id']}")
    for method, body in (("GET", None), ("PATCH", {"components": [text()]}), ("DELETE", None)):
        with pytest.raises(discord.NotFound) as gone:
            await ask(method, f"/channels/{ask.room.id}/messages/{sent['id']}", body)
        assert code_of(gone.value) == (404, 10008)
    with pytest.raises(discord.NotFound) as gone:
        await ask("GET", "/channels/123456789012345678")
    assert code_of(gone.value) == (404, 10003)


async def test_a_history_is_read_in_pages_newest_first(ask: Asking) -> None:
    sent = [(await ask.say(f"{number}"))["id"] for number in range(5)]
    page = await ask("GET", f"/channels/{ask.room.id}/messages", params={"limit": 2})
    assert [each["id"] for each in page] == sent[:2:-1]
    page = await ask("GET", f"/channels/{ask.room.id}/messages", params={"limit": 2, "before": sent[3]})
    assert [each["id"] for each in page] == [sent[2], sent[1]]
    page = await ask("GET", f"/channels/{ask.room.id}/messages", params={"limit": 2, "after": sent[0]})
    assert [each["id"] for each in page] == [sent[2], sent[1]]


async def test_a_history_is_asked_for_from_one_side_only(ask: Asking) -> None:
    with pytest.raises(discord.HTTPException) as refused:
        await ask("GET", f"/channels/{ask.room.id}/messages", params={"before": "1", "after": "2"})
    assert code_of(refused.value) == (400, 50035)


async def test_what_others_wrote_is_hidden_without_the_privileged_intent(ask: Asking, server: DiscordServer) -> None:
    server.world.add_message(Message(server.world.new_id(), ask.room.id, server.world.person("ana").id, "Secret"))
    assert (await ask("GET", f"/channels/{ask.room.id}/messages"))[0]["content"] == ""
    server.world.app.may = frozenset({"message_content"})
    assert (await ask("GET", f"/channels/{ask.room.id}/messages"))[0]["content"] == "Secret"


# ------------------------------------------------------------------------------------------------------------ mentions


async def test_nobody_is_called_where_no_mention_is_allowed(ask: Asking, server: DiscordServer) -> None:
    ana = server.world.person("ana").id
    calling = f"<@{ana}> \\<@{ana}> @everyone <@&{server.guild.role('Admins').id}>"
    await ask.post(text(calling))
    await ask.say(calling, allowed_mentions={"parse": []})
    assert [each.called for each in server.messages("staffroom", "ana")] == [[], []]


async def test_without_a_word_about_mentions_all_are_obeyed_even_escaped_ones(
    ask: Asking, server: DiscordServer
) -> None:
    ana = server.world.person("ana").id
    await ask.say(f"\\<@{ana}> @everyone")
    assert server.messages("staffroom", "ana")[0].called == [ana, "everyone"]


async def test_an_edit_without_a_word_about_mentions_obeys_all_of_them(ask: Asking, server: DiscordServer) -> None:
    ana = server.world.person("ana").id
    sent = await ask.post(text("Good morning"))
    path = f"/channels/{ask.room.id}/messages/{sent['id']}"
    await ask("PATCH", path, {"components": [text(f"<@{ana}>")], "allowed_mentions": {"parse": []}})
    assert server.world.messages[sent["id"]].called == []
    await ask("PATCH", path, {"components": [text(f"<@{ana}>")]})
    assert server.world.messages[sent["id"]].called == [ana]


async def test_one_role_is_called_where_it_may_be(ask: Asking, server: DiscordServer) -> None:
    role = server.world.add_role(server.guild, "Maths")
    allowed = {"parse": [], "roles": [role.id]}
    everyone = server.guild.everyone
    everyone.permissions &= ~(1 << 17)
    await ask.post(text(f"<@&{role.id}>"), allowed_mentions=allowed)
    role.mentionable = True
    await ask.post(text(f"<@&{role.id}>"), allowed_mentions=allowed)
    assert [each.called for each in server.messages("staffroom", "ana")] == [[], [role.id]]


# ----------------------------------------------------------------------------------------------------------- reactions


async def test_reactions_are_counted_by_person_and_told(ask: Asking, server: DiscordServer) -> None:
    told: list[Happening] = []
    server.world.listeners.append(told.append)
    sent = await ask.post()
    for _twice in range(2):
        await ask("PUT", f"/channels/{ask.room.id}/messages/{sent['id']}/reactions/%E2%AD%90/@me")
    message = server.world.messages[sent["id"]]
    assert message.reactions == {"⭐": [server.world.app.id]}
    added = [each.data for each in told if each.kind == "MESSAGE_REACTION_ADD"]
    assert [(each["emoji"]["name"], each["member"]["user"]["bot"]) for each in added] == [("⭐", True)]


async def test_who_reacted_is_listed_in_pages_by_id(ask: Asking, server: DiscordServer) -> None:
    sent = await ask.post()
    people = [server.world.add_person(f"person{number}").id for number in range(130)]
    server.world.messages[sent["id"]].reactions["⭐"] = list(reversed(people))
    path = f"/channels/{ask.room.id}/messages/{sent['id']}/reactions/%E2%AD%90"
    first = await ask("GET", path, params={"limit": 100})
    rest = await ask("GET", path, params={"limit": 100, "after": first[-1]["id"]})
    assert [each["id"] for each in first + rest] == people


async def test_what_is_no_emoji_is_refused_and_so_is_the_twenty_first(ask: Asking, server: DiscordServer) -> None:
    sent = await ask.post()
    with pytest.raises(discord.HTTPException) as refused:
        await ask("PUT", f"/channels/{ask.room.id}/messages/{sent['id']}/reactions/star/@me")
    assert code_of(refused.value) == (400, 10014)
    ana = server.world.person("ana").id
    server.world.messages[sent["id"]].reactions = {chr(0x1F600 + number): [ana] for number in range(20)}
    with pytest.raises(discord.HTTPException) as refused:
        await ask("PUT", f"/channels/{ask.room.id}/messages/{sent['id']}/reactions/%E2%AD%90/@me")
    assert code_of(refused.value) == (400, 30010)


async def test_keycaps_and_hearts_are_emoji(ask: Asking, server: DiscordServer) -> None:
    sent = await ask.post()
    for emoji in ("1%EF%B8%8F%E2%83%A3", "%E2%9D%A4%EF%B8%8F", "%F0%9F%94%96"):
        await ask("PUT", f"/channels/{ask.room.id}/messages/{sent['id']}/reactions/{emoji}/@me")
    assert list(server.world.messages[sent["id"]].reactions) == ["1️⃣", "❤️", "🔖"]


def test_each_kind_of_reaction_needs_its_intent() -> None:
    assert EVENT_INTENTS["MESSAGE_REACTION_ADD"] == (Intent.REACTIONS, Intent.DIRECT_REACTIONS)
