"""What a loopback Slack lets an app do, and where."""

from datetime import timedelta

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.clock import FakeClock
from tests.rigs.slack_client import (
    ROOM,
    Json,
    code_of,
    posted,
    refused,
)
from tests.rigs.slack_server import APP_TOKEN, BOT_TOKEN, SlackServer

# ----------------------------------------------------------------------------------------------------- tokens, scopes


async def test_a_bot_token_tells_whose_it_is_and_what_it_may(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["team_id"], answer["user_id"], answer["bot_id"]) == ("T0SCHOOL", "U0BOT", "B0BOT")
    assert "chat:write" in str(answer.headers["x-oauth-scopes"]).split(",")


@pytest.mark.parametrize(
    ("token", "method", "code"),
    [
        ("", "auth.test", "not_authed"),
        ("xoxb-somebody-elses", "auth.test", "invalid_auth"),
        (APP_TOKEN, "chat.postMessage", "not_allowed_token_type"),
        (BOT_TOKEN, "apps.connections.open", "not_allowed_token_type"),
        (BOT_TOKEN, "files.teleport", "unknown_method"),
    ],
)
async def test_a_token_opens_only_its_own_doors(slack: SlackServer, token: str, method: str, code: str) -> None:
    assert await code_of(AsyncWebClient(token, base_url=slack.api, retry_handlers=[]), method) == code


async def test_a_token_that_was_taken_back_says_so(client: AsyncWebClient) -> None:
    await client.auth_revoke()
    assert await code_of(client, "auth.test") == "token_revoked"


async def test_an_app_that_was_taken_out_has_no_token(slack: SlackServer, client: AsyncWebClient) -> None:
    await slack.people.uninstall()
    assert await code_of(client, "auth.test") == "account_inactive"


@pytest.mark.parametrize(
    ("scope", "method", "arguments"),
    [
        ("chat:write", "chat.postMessage", {"channel": ROOM, "text": "Hello"}),
        ("reactions:write", "reactions.add", {"channel": ROOM, "timestamp": "1.0", "name": "star"}),
        ("reactions:read", "reactions.get", {"channel": ROOM, "timestamp": "1.0"}),
        ("users:read", "users.info", {"user": "U0ANA"}),
        ("channels:read", "conversations.info", {"channel": ROOM}),
        ("channels:history", "conversations.history", {"channel": ROOM}),
        ("im:write", "conversations.open", {"users": "U0ANA"}),
    ],
)
async def test_a_method_without_its_scope_is_refused_by_name(
    slack: SlackServer, client: AsyncWebClient, scope: str, method: str, arguments: Json
) -> None:
    slack.team.scopes -= {scope}
    answer = await refused(client, method, **arguments)
    assert (answer["error"], answer["needed"]) == ("missing_scope", scope)
    assert scope not in answer["provided"].split(",")


# ------------------------------------------------------------------------------------------------ where one may write


async def test_a_message_is_shown_with_its_time_and_metadata(slack: SlackServer, client: AsyncWebClient) -> None:
    metadata = {"event_type": "delivery", "event_payload": {"delivery": "d-1"}}
    ts = await posted(client, metadata=metadata)
    assert slack.texts(ROOM, "ana") == ["Good morning."]
    page = await client.conversations_history(channel=ROOM, include_all_metadata=True)
    assert [(each["ts"], each["metadata"], each["bot_id"]) for each in page["messages"]] == [(ts, metadata, "B0BOT")]
    assert "metadata" not in (await client.conversations_history(channel=ROOM))["messages"][0]


async def test_channels_refuse_for_their_own_reasons(slack: SlackServer, client: AsyncWebClient) -> None:
    hall = slack.team.add_channel("hall")
    hall.members.clear()
    secret = slack.team.add_channel("secret", is_private=True)
    secret.members.clear()
    old = slack.team.add_channel("old")
    old.is_archived = True
    for channel, code in [
        ("C0NOWHERE", "channel_not_found"),
        (hall.id, "not_in_channel"),
        (secret.id, "channel_not_found"),
        (old.id, "is_archived"),
    ]:
        assert await code_of(client, "chat.postMessage", channel=channel, text="Hello") == code
    assert await code_of(client, "chat.postMessage", channel=ROOM) == "no_text"


async def test_a_persons_id_is_their_own_conversation(slack: SlackServer, client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel="U0ANA", text="For you")
    assert answer["channel"] == "D0ANA"
    assert slack.texts("me", "ana") == ["For you"]
    assert slack.texts("me", "ben") == []
    assert (await client.conversations_open(users="U0ANA"))["channel"]["id"] == "D0ANA"


async def test_an_ephemeral_message_is_seen_by_one_and_known_to_nobody(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    answer = await client.chat_postEphemeral(channel=ROOM, user="U0ANA", text="For you")
    ts = answer["message_ts"]
    assert (slack.texts(ROOM, "ana"), slack.texts(ROOM, "ben")) == (["For you"], [])
    assert (await client.conversations_history(channel=ROOM))["messages"] == []
    assert await code_of(client, "chat.update", channel=ROOM, ts=ts, text="Else") == "message_not_found"
    assert await code_of(client, "reactions.add", channel=ROOM, timestamp=ts, name="star") == "message_not_found"
    slack.team.channel(ROOM).members.discard("U0BEN")
    assert await code_of(client, "chat.postEphemeral", channel=ROOM, user="U0BEN", text="?") == "user_not_in_channel"


async def test_only_our_own_messages_can_be_changed(slack: SlackServer, client: AsyncWebClient) -> None:
    ts = await posted(client)
    await client.chat_update(channel=ROOM, ts=ts, text="Good evening.")
    assert slack.texts(ROOM, "ana") == ["Good evening."]
    theirs = await slack.people.say("ana", ROOM, "Mine")
    assert await code_of(client, "chat.update", channel=ROOM, ts=theirs.ts, text="?") == "cant_update_message"
    assert await code_of(client, "chat.delete", channel=ROOM, ts=theirs.ts) == "cant_delete_message"
    await client.chat_delete(channel=ROOM, ts=ts)
    assert await code_of(client, "chat.delete", channel=ROOM, ts=ts) == "message_not_found"


async def test_a_thread_hangs_on_a_message(client: AsyncWebClient) -> None:
    cover = await posted(client, "The cover")
    await posted(client, "A card", thread_ts=cover)
    [top] = (await client.conversations_history(channel=ROOM))["messages"]
    assert (top["text"], top["reply_count"]) == ("The cover", 1)
    thread = await client.conversations_replies(channel=ROOM, ts=cover)
    assert [each["text"] for each in thread["messages"]] == ["The cover", "A card"]


async def test_history_comes_in_pages_newest_first(clock: FakeClock, client: AsyncWebClient) -> None:
    for number in range(5):
        await posted(client, f"Number {number}")
        clock.advance(timedelta(seconds=2))
    first = await client.conversations_history(channel=ROOM, limit=3)
    rest = await client.conversations_history(channel=ROOM, limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert [each["text"][-1] for each in [*first["messages"], *rest["messages"]]] == ["4", "3", "2", "1", "0"]
    assert not rest["has_more"]


async def test_reactions_stand_until_they_are_taken_back(slack: SlackServer, client: AsyncWebClient) -> None:
    ts = await posted(client)
    await client.reactions_add(channel=ROOM, timestamp=ts, name="one")
    await slack.people.react("ana", ts, "one")
    await slack.people.react("ben", ts, "star")
    await slack.people.unreact("ben", ts, "star")
    message = (await client.reactions_get(channel=ROOM, timestamp=ts))["message"]
    assert message["reactions"] == [{"name": "one", "users": ["U0BOT", "U0ANA"], "count": 2}]
    assert await code_of(client, "reactions.add", channel=ROOM, timestamp=ts, name="one") == "already_reacted"
    assert await code_of(client, "reactions.add", channel=ROOM, timestamp=ts, name="⭐") == "invalid_name"
