"""Log lines are readable, and hold no secret whatever was put into them."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from adapters.logs import Redactor, set_up_logs
from adapters.logs.redact import HIDDEN


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def everything_as_it_was() -> Iterator[None]:
    """The standard library's logging belongs to the whole process."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


# --------------------------------------------------------------------------------------------------------- how it looks


def test_lines_that_nobody_watches_are_json() -> None:
    stream = io.StringIO()
    set_up_logs(stream=stream)

    structlog.get_logger("bot.flow").info("digest_sent", slot="s1", posts=5)

    (line,) = lines(stream)
    assert line.items() >= {"event": "digest_sent", "slot": "s1", "posts": 5, "level": "info"}.items()
    assert line["logger"] == "bot.flow"
    assert line["timestamp"].endswith("Z")


def test_lines_on_a_terminal_are_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    set_up_logs(stream=stream)

    structlog.get_logger().info("digest_sent", posts=5)

    assert "digest_sent" in stream.getvalue()
    assert "posts=5" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_json_comes_on_a_terminal_too_when_asked() -> None:
    stream = Terminal()
    set_up_logs("json", stream=stream)

    structlog.get_logger().info("digest_sent")

    assert lines(stream)[0]["event"] == "digest_sent"


def test_people_can_have_their_lines_in_a_file_too() -> None:
    stream = io.StringIO()
    set_up_logs("console", stream=stream)

    structlog.get_logger().info("digest_sent")

    assert "[info     ] digest_sent" in stream.getvalue()


def test_lines_of_libraries_look_the_same() -> None:
    stream = io.StringIO()
    set_up_logs(stream=stream)

    logging.getLogger("somebody").warning("%d of %s", 3, "five")

    assert lines(stream)[0].items() >= {"event": "3 of five", "level": "warning", "logger": "somebody"}.items()


def test_what_was_bound_to_the_task_stands_in_each_line() -> None:
    stream = io.StringIO()
    set_up_logs(stream=stream)

    with structlog.contextvars.bound_contextvars(workspace="north"):
        structlog.get_logger().info("digest_sent")

    assert lines(stream)[0]["workspace"] == "north"


@pytest.mark.parametrize("library", ["tweepy.client", "aiohttp.client", "apscheduler.scheduler", "sqlalchemy.engine"])
def test_libraries_are_never_at_debug_even_when_we_are(library: str) -> None:
    stream = io.StringIO()
    set_up_logs(stream=stream, level=logging.DEBUG)

    logging.getLogger(library).debug("headers: everything")

    assert stream.getvalue() == ""


def test_setting_up_twice_writes_each_line_once() -> None:
    stream = io.StringIO()
    set_up_logs(stream=stream)
    set_up_logs(stream=stream)

    structlog.get_logger().info("digest_sent")

    assert len(lines(stream)) == 1


# ---------------------------------------------------------------------------------------------------- what is not in it


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("token xoxb-123-456-abcDEF refused", "xoxb-123-456-abcDEF"),
        ("token xapp-1-A1-2-ff refused", "xapp-1-A1-2-ff"),
        ("Authorization: Bearer abcdefgh1234%3D", "abcdefgh1234%3D"),
        ("authorization: basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA=="),
        ("Authorization: Bot MTIz.abc.def-ghi", "MTIz.abc.def-ghi"),
        ("it was AAAAAAAAAAAAAAAAAAAAAinvented%2Ftoken=", "AAAAAAAAAAAAAAAAAAAAAinvented%2Ftoken="),
        ("connecting to postgresql+psycopg://staff:hunter22@db/s", "hunter22"),
        ("POST https://hooks.chat.example/services/T0/B0/xyz", "T0/B0/xyz"),
        ("POST https://chat.example/api/webhooks/12/abc-def", "abc-def"),
        ("GET /oauth?state=1&access_token=abc.def&x=2", "abc.def"),
        ("GET http://127.0.0.1:8321/?token=one-time", "one-time"),
        ("no answer from wss://primary.chat.example/link/?ticket=abc-def&app_id=1", "abc-def"),
        ("it is pa$$word/registered", "pa$$word/registered"),
        ("it is pa%24%24word%2Fregistered", "pa%24%24word%2Fregistered"),
    ],
)
def test_a_secret_is_taken_out_wherever_it_stands(text: str, secret: str) -> None:
    redactor = Redactor(["pa$$word/registered"])

    cleaned = redactor(None, "info", {"event": text, "nested": {"list": [text, (text,)]}, "error": ValueError(text)})

    assert secret not in json.dumps(cleaned)
    assert HIDDEN in cleaned["event"]


@pytest.mark.parametrize("name", ["token", "bearer_token", "client_secret", "Authorization", "password", "api_key"])
def test_what_is_called_a_secret_is_one(name: str) -> None:
    assert Redactor()(None, "info", {name: "abc", "headers": {name: "abc"}}) == {
        name: HIDDEN,
        "headers": {name: HIDDEN},
    }


@pytest.mark.parametrize(
    "text",
    [
        "read https://x.com/a_teacher/status/1?s=20 at 07:30",
        "http://127.0.0.1:8321/@a_teacher",
        "bearer of good news",
        "5 posts, 3 topics",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert Redactor()(None, "info", {"event": text}) == {"event": text}


def test_a_secret_that_appears_later_can_be_added() -> None:
    stream = io.StringIO()
    redactor = set_up_logs(stream=stream, secrets=["first-secret"])
    redactor.hide(["second-secret"])

    structlog.get_logger().info("first-secret second-secret")

    assert lines(stream)[0]["event"] == f"{HIDDEN} {HIDDEN}"


def test_a_very_short_secret_does_not_hide_half_the_log() -> None:
    assert Redactor(["a", ""]).text("a plain line") == "a plain line"


@pytest.mark.parametrize("style", ["console", "json"])
def test_a_traceback_holds_no_secret_either(style: Any) -> None:
    stream = io.StringIO()
    set_up_logs(style, stream=stream, secrets=["first-secret"])

    def fail() -> None:
        raise ValueError("first-secret Bearer abcdefgh1234")

    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("tick_failed")
        logging.getLogger("somebody").exception("first-secret")

    assert stream.getvalue().count("Traceback") == 2
    assert "first-secret" not in stream.getvalue()
    assert "abcdefgh1234" not in stream.getvalue()


def test_hostile_text_can_neither_forge_a_line_nor_colour_the_terminal() -> None:
    stream = io.StringIO()
    set_up_logs("console", stream=stream)

    structlog.get_logger().info("followed", topic="#a\n2026 [error] forged\r\x1b[31m\u202e")

    (line,) = stream.getvalue().splitlines()
    assert "2026 [error] forged" in line
    assert not {"\r", "\x1b", "\u202e"} & set(line)
