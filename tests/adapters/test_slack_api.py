"""Calls to Slack's Web API: what each answer, and each missing answer, means."""

import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientTimeout

from adapters.slack.api import Api
from adapters.slack.errors import MissingScope, Refused, back_at, refusal
from bot.errors import AdapterError, Rejected, Throttled, Unauthorised, Unavailable, Uncertain
from tests.fakes.clock import TUESDAY, FakeClock
from tests.rigs.slack_server import BOT_TOKEN, SlackServer

TEAM = "T0SCHOOL"
POST = "chat.postMessage"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def server(clock: FakeClock) -> AsyncIterator[SlackServer]:
    async with SlackServer(clock) as server:
        yield server


@pytest.fixture
async def api(server: SlackServer, clock: FakeClock) -> AsyncIterator[Api]:
    async with Api(server.api, clock) as api:
        yield api


async def post(api: Api, text: str = "Good morning.", channel: str = "C0STAFFROOM", token: str = BOT_TOKEN) -> None:
    await api.write(token, TEAM, POST, {"channel": channel, "text": text})


# ---------------------------------------------------------------------------------------------- whose fate is not known


@pytest.mark.parametrize(
    "fault", ["dropped", "done, then dropped", "an error with an HTML body", "nonsense instead of JSON"]
)
async def test_a_message_whose_fate_slack_does_not_say_is_uncertain(api: Api, server: SlackServer, fault: str) -> None:
    server.faults.fail_next(fault)
    with pytest.raises(Uncertain):
        await post(api)


async def test_a_message_that_takes_too_long_is_uncertain(server: SlackServer, clock: FakeClock) -> None:
    server.faults.fail_next("slow")
    async with Api(server.api, clock, ClientTimeout(total=0.2)) as impatient:
        with pytest.raises(Uncertain):
            await post(impatient)


@pytest.mark.parametrize("fault", ["dropped", "an error with an HTML body", "nonsense instead of JSON"])
async def test_what_may_be_done_twice_is_only_put_off(api: Api, server: SlackServer, fault: str) -> None:
    server.faults.fail_next(fault)
    with pytest.raises(Unavailable):
        await api.read(BOT_TOKEN, TEAM, "users.info", {"user": "U0ANA"})


async def test_nothing_is_sent_twice_by_the_sdk(api: Api, server: SlackServer) -> None:
    for fault in ("dropped", "an error with an HTML body", "nonsense instead of JSON", "429 1"):
        server.seen.clear()
        server.faults.fail_next(fault)
        with pytest.raises(AdapterError):
            await api.read(BOT_TOKEN, TEAM, "users.info", {"user": "U0ANA"})
        assert len(server.seen) == 1, fault


async def test_a_refused_connection_is_certainly_not_sent(api: Api, server: SlackServer) -> None:
    await server.stop_listening()
    with pytest.raises(Unavailable, match="cannot be reached"):
        await post(api)


async def test_a_proxy_that_refuses_did_not_hand_it_on(api: Api, server: SlackServer) -> None:
    server.faults.fail_next("the page of a proxy")
    with pytest.raises(Unavailable, match="proxy"):
        await post(api)


# ------------------------------------------------------------------------------------------------------------- waiting


async def test_slack_is_heeded_to_the_second(api: Api, server: SlackServer, clock: FakeClock) -> None:
    server.faults.throttle(37)
    with pytest.raises(Throttled) as asked:
        await post(api)
    assert asked.value.until == clock.now() + timedelta(seconds=37)
    server.seen.clear()
    with pytest.raises(Throttled) as again:
        await post(api)
    assert again.value.until == asked.value.until
    assert server.seen == []
    await post(api, channel="C0MATHS")
    clock.set(asked.value.until)
    await post(api)


async def test_what_would_be_too_fast_is_not_even_sent(api: Api, server: SlackServer) -> None:
    for _ in range(3):
        await post(api)
    with pytest.raises(Throttled):
        await post(api)
    assert len(server.seen_at(POST)) == 3


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("37", 37), ("0", 1), ("", 30), ("soon", 30), ("-5", 30), ("99999999", 86_400), ("9" * 30, 30)],
)
def test_a_wait_is_read_with_care(said: str, seconds: int) -> None:
    assert back_at(said, TUESDAY) == TUESDAY + timedelta(seconds=seconds)


async def test_reactions_are_seeded_together_or_not_at_all(api: Api, server: SlackServer) -> None:
    await post(api)
    [message] = server.messages("staffroom", "ana")
    bodies = [
        {"channel": "C0STAFFROOM", "timestamp": message.ts, "name": name}
        for name in ("one", "two", "three", "four", "five")
    ]
    for _ in range(4):
        await api.write_all(BOT_TOKEN, TEAM, "reactions.add", list(bodies))
    seen = len(server.seen_at("reactions.add"))
    with pytest.raises(Throttled):
        await api.write_all(BOT_TOKEN, TEAM, "reactions.add", bodies)
    assert len(server.seen_at("reactions.add")) == seen == 20
    assert list(message.reactions) == ["one", "two", "three", "four", "five"]


# ------------------------------------------------------------------------------------------------------- what is wrong


@pytest.mark.parametrize("token", ["", "xoxb-1-2-unknown"])
async def test_a_wrong_token_is_no_secret_in_the_error(api: Api, token: str) -> None:
    with pytest.raises(Unauthorised) as refused:
        await post(api, token=token)
    assert "xoxb" not in f"{refused.value!r} {refused.value.__context__!r} {refused.value.__cause__!r}"


async def test_a_lacking_right_is_named_with_what_to_do(api: Api, server: SlackServer) -> None:
    server.team.scopes -= {"users:read"}
    with pytest.raises(MissingScope, match=r"users:read.*OAuth & Permissions.*install") as lacking:
        await api.read(BOT_TOKEN, TEAM, "users.info", {"user": "U0ANA"})
    assert lacking.value.scope == "users:read"


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("channel_not_found", Rejected, "/invite @Staffroom"),
        ("not_in_channel", Rejected, "Invite me: type /invite @Staffroom there."),
        ("is_archived", Rejected, "archived"),
        ("restricted_action", Rejected, "does not let me write"),
        ("msg_too_long", Rejected, "too long"),
        ("msg_blocks_too_long", Rejected, "too long"),
        ("invalid_blocks", Rejected, "mistake of Staffroom's"),
        ("cant_update_message", Rejected, "no longer lets"),
        ("edit_window_closed", Rejected, "no longer lets"),
        ("message_not_found", Rejected, "took the message away"),
        ("user_not_found", Rejected, "does not know this person"),
        ("expired_trigger_id", Rejected, "too long to open"),
        ("exchanged_trigger_id", Rejected, "too long to open"),
        ("something_new", Rejected, r"something_new"),
        ("<@U0ANA> xoxb-1-2-3", Rejected, "without saying why"),
        ("invalid_auth", Unauthorised, "no longer accepts the token"),
        ("token_revoked", Unauthorised, "no longer accepts the token"),
        ("account_inactive", Unauthorised, "no longer accepts the token"),
        ("not_authed", Unauthorised, "no longer accepts the token"),
        ("access_denied", Unauthorised, "approve"),
        ("service_unavailable", Unavailable, "later"),
        ("team_added_to_org", Unavailable, "later"),
        ("internal_error", Uncertain, "did not say"),
        ("fatal_error", Uncertain, "did not say"),
        ("ratelimited", Throttled, "wait"),
    ],
)
def test_each_refusal_is_a_sentence_for_who_can_mend_it(code: str, kind: type[AdapterError], words: str) -> None:
    problem = refusal(POST, code, until=TUESDAY)
    assert isinstance(problem, kind)
    assert words in str(problem)
    assert str(problem).endswith((".", ")."))
    assert "xoxb" not in str(problem)


async def test_slacks_own_word_stays_with_the_error(api: Api) -> None:
    with pytest.raises(Refused) as refused:
        await post(api, channel="C0NOWHERE")
    assert refused.value.code == "channel_not_found"


# ---------------------------------------------------------------------------------------------------- private answers


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com.evil.example/commands/1",
        "http://hooks.slack.com/commands/1",
        "https://evil.example/commands/1",
        "file:///etc/passwd",
        "nonsense",
    ],
)
async def test_a_private_answer_goes_nowhere_but_to_slack(api: Api, url: str) -> None:
    with pytest.raises(Rejected, match="no address of Slack's"):
        await api.answer(url, {"text": "for Ana"})


# --------------------------------------------------------------------------------------------------------------- quiet


async def test_neither_token_nor_words_are_logged_even_at_debug(
    server: SlackServer, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("", "slack_sdk", "slack_sdk.web.async_client"):
        caplog.set_level(logging.DEBUG, name)
    async with Api(server.api, clock) as api:
        await post(api, "Ana was ill yesterday.")
        with pytest.raises(AdapterError):
            await post(api, "Ana was ill yesterday.", channel="C0NOWHERE")
    assert BOT_TOKEN not in caplog.text
    assert "Ana was ill" not in caplog.text


def test_a_socket_loads_nothing_of_what_requests_need() -> None:
    program = """if True:
        import sys
        from types import SimpleNamespace
        from adapters.slack.plugin import plugin
        tools = SimpleNamespace(clock=SimpleNamespace(now=None))
        plugin.open(plugin.section(bot_token="xoxb-invented", app_token="xapp-invented"), tools)
        print(*sorted({"cryptography", "adapters.slack.district.http"} & set(sys.modules)))
    """

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603

    assert said.stdout.strip() == ""
