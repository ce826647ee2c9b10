"""Where one may write in the loopback Discord: servers and members, threads and forums, direct messages."""

import discord
import pytest

from tests.adapters.discord_server.asking import QUIET, V2, Asking, code_of, text
from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_rules import ALL_PERMISSIONS, PERMISSION, Kind
from tests.rigs.discord_server_world import ELSEWHERE_GUILD, FIRST_GUILD, Happening

POST = {"components": [text()], "flags": V2, "allowed_mentions": QUIET}


# ---------------------------------------------------------------------------------------------------------- permissions


def test_permissions_are_computed_as_discord_does(server: DiscordServer) -> None:
    world, room = server.world, server.guild.channel("staffroom")
    ana, ben = world.person("ana").id, world.person("ben").id
    assert world.may(ana, "Send Messages", room)
    world.set_overwrite(room, server.guild.id, deny=["Send Messages"])
    assert not world.may(ana, "Send Messages", room)
    assert world.permissions(ben, room) == ALL_PERMISSIONS
    maths = world.add_role(server.guild, "Maths")
    server.guild.members[ana].roles.append(maths.id)
    world.set_overwrite(room, maths.id, allow=["Send Messages"])
    assert world.may(ana, "Send Messages", room)
    world.set_overwrite(room, ana, deny=["Send Messages"])
    assert not world.may(ana, "Send Messages", room)
    world.set_overwrite(room, ana, deny=["View Channel"])
    assert world.permissions(ana, room) == 0
    assert world.permissions(world.person("eve").id, room) == 0


async def test_each_missing_permission_is_refused_as_discord_says_it(ask: Asking, server: DiscordServer) -> None:
    sent = await ask.post()
    path = f"/channels/{ask.room.id}/messages"
    for missing, method, where, body, code in (
        ("View Channel", "POST", path, POST, 50001),
        ("Send Messages", "POST", path, POST, 50013),
        ("Add Reactions", "PUT", f"{path}/{sent['id']}/reactions/%E2%AD%90/@me", None, 50013),
        ("Read Message History", "PUT", f"{path}/{sent['id']}/reactions/%E2%AD%90/@me", None, 50013),
        ("Create Public Threads", "POST", f"{path}/{sent['id']}/threads", {"name": "Digest"}, 50013),
        ("Read Message History", "GET", f"{path}/{sent['id']}", None, 50013),
    ):
        server.world.deny_app(ask.room, missing)
        with pytest.raises(discord.Forbidden) as refused:
            await ask(method, where, body)
        assert code_of(refused.value) == (403, code), missing
    assert await ask("GET", path) == []


async def test_without_embed_links_embeds_are_left_out(ask: Asking, server: DiscordServer) -> None:
    server.world.deny_app(ask.room, "Embed Links")
    assert (await ask.say("Hello", embeds=[{"title": "Hello"}]))["embeds"] == []


# -------------------------------------------------------------------------------------------------- servers and members


async def test_a_server_without_the_app_is_closed(ask: Asking) -> None:
    with pytest.raises(discord.Forbidden) as refused:
        await ask("GET", f"/guilds/{ELSEWHERE_GUILD}")
    assert code_of(refused.value) == (403, 50001)


async def test_members_are_asked_for_one_by_one(ask: Asking, server: DiscordServer) -> None:
    world = server.world
    ben = await ask("GET", f"/guilds/{FIRST_GUILD}/members/{world.person('ben').id}")
    assert ben["user"]["username"] == "ben"
    assert ben["roles"] == [server.guild.role("Admins").id]
    with pytest.raises(discord.NotFound) as missing:
        await ask("GET", f"/guilds/{FIRST_GUILD}/members/{world.person('eve').id}")
    assert code_of(missing.value) == (404, 10007)
    with pytest.raises(discord.Forbidden):
        await ask("GET", f"/guilds/{FIRST_GUILD}/members")


async def test_200_servers_of_50_channels_are_listed_in_pages(ask: Asking, server: DiscordServer) -> None:
    rooms = [f"room-{number}" for number in range(50)]
    for number in range(200):
        server.world.add_guild(f"School {number}", channels=rooms)
    first = await ask("GET", "/users/@me/guilds")
    rest = await ask("GET", "/users/@me/guilds", params={"after": first[-1]["id"]})
    assert (len(first), len(rest)) == (200, 1)
    assert len({(int(each["id"]) >> 22) % 16 for each in first}) == 16
    assert len(await ask("GET", f"/guilds/{first[-1]['id']}/channels")) == 50


async def test_leaving_a_server_is_told(ask: Asking, server: DiscordServer) -> None:
    told: list[Happening] = []
    server.world.listeners.append(told.append)
    await ask("DELETE", f"/users/@me/guilds/{FIRST_GUILD}")
    assert [each.kind for each in told] == ["GUILD_DELETE"]
    with pytest.raises(discord.Forbidden):
        await ask.post()


# -------------------------------------------------------------------------------------------------------------- threads


async def test_a_message_has_one_thread_with_its_own_id(ask: Asking, server: DiscordServer) -> None:
    sent = await ask.post()
    path = f"/channels/{ask.room.id}/messages/{sent['id']}/threads"
    thread = await ask("POST", path, {"name": "Digest", "auto_archive_duration": 1440})
    assert (thread["id"], thread["parent_id"], thread["type"]) == (sent["id"], ask.room.id, Kind.PUBLIC_THREAD)
    with pytest.raises(discord.HTTPException) as refused:
        await ask("POST", path, {"name": "Digest"})
    assert code_of(refused.value) == (400, 160004)
    again = await ask("GET", f"/channels/{ask.room.id}/messages/{sent['id']}")
    assert again["thread"]["id"] == sent["id"]
    assert again["flags"] & (1 << 5)
    server.world.deny_app(ask.room, "Send Messages in Threads")
    with pytest.raises(discord.Forbidden) as forbidden:
        await ask("POST", f"/channels/{sent['id']}/messages", POST)
    assert code_of(forbidden.value) == (403, 50013)


async def test_writing_opens_an_archived_thread_and_not_a_locked_one(ask: Asking, server: DiscordServer) -> None:
    sent = await ask.post()
    await ask("POST", f"/channels/{ask.room.id}/messages/{sent['id']}/threads", {"name": "Digest"})
    thread = server.world.channels[sent["id"]]
    reply = await ask.post(where=thread)
    thread.is_archived = True
    with pytest.raises(discord.HTTPException) as refused:
        await ask("PATCH", f"/channels/{thread.id}/messages/{reply['id']}", {"components": [text("New")]})
    assert code_of(refused.value) == (400, 50083)
    await ask.post(where=thread)
    assert not thread.is_archived
    thread.is_archived = thread.is_locked = True
    with pytest.raises(discord.HTTPException) as refused:
        await ask.post(where=thread)
    assert code_of(refused.value) == (400, 160005)


async def test_a_thread_begins_with_an_empty_message_that_names_where_it_came_from(ask: Asking) -> None:
    sent = await ask.post()
    await ask("POST", f"/channels/{ask.room.id}/messages/{sent['id']}/threads", {"name": "Digest"})
    first = (await ask("GET", f"/channels/{sent['id']}/messages"))[0]
    assert (first["type"], first["components"]) == (21, [])
    assert first["message_reference"]["message_id"] == sent["id"]
    assert (await ask("GET", f"/channels/{sent['id']}"))["message_count"] == 0


async def test_no_thread_is_begun_where_there_are_enough(ask: Asking, server: DiscordServer) -> None:
    sent = await ask.post()
    server.guild.most_threads = 0
    with pytest.raises(discord.HTTPException) as refused:
        await ask("POST", f"/channels/{ask.room.id}/messages/{sent['id']}/threads", {"name": "Digest"})
    assert code_of(refused.value) == (400, 160006)


async def test_a_forum_takes_posts_and_no_messages(ask: Asking) -> None:
    forum = ask.forum()
    with pytest.raises(discord.HTTPException) as refused:
        await ask.post(where=forum)
    assert code_of(refused.value) == (400, 40058)
    post = await ask("POST", f"/channels/{forum.id}/threads", {"name": "Exit tickets", "message": POST})
    assert post["id"] == post["message"]["id"]
    assert (await ask("GET", f"/channels/{post['id']}/messages"))[0]["components"][0]["content"] == "Good morning"
    forum.needs_tag = True
    with pytest.raises(discord.HTTPException) as refused:
        await ask("POST", f"/channels/{forum.id}/threads", {"name": "Exit tickets", "message": POST})
    assert code_of(refused.value) == (400, 40067)
    forum.tags = [{"id": "5", "name": "Maths", "moderated": False, "emoji_id": None, "emoji_name": None}]
    tagged = {"name": "Exit tickets", "message": POST, "applied_tags": ["5"]}
    assert (await ask("POST", f"/channels/{forum.id}/threads", tagged))["applied_tags"] == ["5"]


@pytest.mark.parametrize("name", ["", " ", "A" * 101])
async def test_the_name_of_a_thread_is_short(ask: Asking, server: DiscordServer, name: str) -> None:
    sent = await ask.post()
    with pytest.raises(discord.HTTPException) as refused:
        await ask("POST", f"/channels/{ask.room.id}/messages/{sent['id']}/threads", {"name": name})
    assert code_of(refused.value) == (400, 50035)
    server.invalid.clear()


async def test_what_is_deleted_takes_its_threads_along(ask: Asking, server: DiscordServer) -> None:
    server.guild.role("Staffroom").permissions |= PERMISSION["Manage Channels"]
    sent = await ask.post()
    await ask("POST", f"/channels/{ask.room.id}/messages/{sent['id']}/threads", {"name": "Digest"})
    await ask("DELETE", f"/channels/{ask.room.id}")
    for channel in (ask.room.id, sent["id"]):
        with pytest.raises(discord.NotFound):
            await ask("GET", f"/channels/{channel}")


# ------------------------------------------------------------------------------------------------------ direct messages


async def test_direct_messages_reach_who_takes_them(ask: Asking, server: DiscordServer) -> None:
    ana = server.world.person("ana")
    opened = await ask("POST", "/users/@me/channels", {"recipient_id": ana.id})
    await ask.post(where=server.world.channels[opened["id"]])
    assert server.texts("me", "ana") == ["Good morning"]
    ana.takes_messages = False
    again = await ask("POST", "/users/@me/channels", {"recipient_id": ana.id})
    assert again["id"] == opened["id"]
    with pytest.raises(discord.Forbidden) as refused:
        await ask.post(where=server.world.channels[opened["id"]])
    assert code_of(refused.value) == (403, 50007)


async def test_strangers_take_none_unless_they_installed_the_app(ask: Asking, server: DiscordServer) -> None:
    eve = server.world.person("eve")
    opened = await ask("POST", "/users/@me/channels", {"recipient_id": eve.id})
    with pytest.raises(discord.Forbidden) as refused:
        await ask.post(where=server.world.channels[opened["id"]])
    assert code_of(refused.value) == (403, 50007)
    eve.has_installed = True
    await ask.post(where=server.world.channels[opened["id"]])


# -------------------------------------------------------------------------------------------------------- how it tells


async def test_every_kind_of_thing_is_told_as_discord_describes_it(ask: Asking, server: DiscordServer) -> None:
    """The fixture looks at each answer."""
    world, guild = server.world, server.guild
    world.set_overwrite(ask.room, guild.id, deny=["Mention Everyone"])
    kinds = (Kind.TEXT, Kind.ANNOUNCEMENT, Kind.FORUM, Kind.CATEGORY, Kind.VOICE)
    made = [world.add_channel(guild, kind.name.lower(), kind) for kind in kinds]
    for channel in (ask.room, *made):
        await ask("GET", f"/channels/{channel.id}")
    sent = await ask.post()
    world.messages[sent["id"]].reactions["⭐"] = [world.person("ana").id]
    await ask("POST", f"/channels/{ask.room.id}/messages/{sent['id']}/threads", {"name": "Digest"})
    await ask("GET", f"/channels/{sent['id']}")
    await ask("GET", f"/channels/{ask.room.id}/messages")
    await ask("GET", f"/guilds/{guild.id}/threads/active")
    world.channels[sent["id"]].is_archived = True
    await ask("GET", f"/channels/{ask.room.id}/threads/archived/public")
    world.app.may = frozenset({"members"})
    for path in ("", "/channels", "/roles", "/members"):
        await ask("GET", f"/guilds/{guild.id}{path}")
    for path in ("/users/@me", "/users/@me/guilds", f"/users/{world.person('ana').id}", "/applications/@me"):
        await ask("GET", path)
    await ask("POST", "/users/@me/channels", {"recipient_id": world.person("ana").id})
    assert server.answered["get_channel", 200] == 7
