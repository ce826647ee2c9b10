"""The real thing: `staffroom run` and `staffroom demo` in processes of their own, X on loopback, a visitor's taps."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.rigs.html_page import Element
from tests.rigs.program import Running, running, staffroom
from tests.rigs.running_clock import RunningClock
from tests.rigs.x_server import TOKEN, XServer
from tests.rigs.x_server_world import load_world

POSTS = Path(__file__).parents[2] / "adapters" / "x" / "sample" / "posts" / "educators.jsonl"
SEVEN_THIRTY = datetime(2026, 9, 9, 7, 30, tzinfo=UTC)
AN_HOUR_BEFORE = SEVEN_THIRTY - timedelta(hours=1)
JUST_BEFORE = SEVEN_THIRTY - timedelta(seconds=15)

CONFIG = """
[x]
base_url = "{x}"
oembed_url = "{x}/oembed"
[web]
port = 0
[[channels]]
platform = "web"
channel = "maths"
name = "Maths department"
topics = ["#mathchat", "@CountingHouseMA", '"exit ticket"']
days = "daily"
"""
SAMPLE = """
[web]
port = 0
[[channels]]
platform = "web"
channel = "staff"
topics = ["#edchat"]
sources = ["sample"]
"""


def has_digest(page: Element) -> bool:
    return "posts from" in page.text


async def say(program: Running, text: str) -> None:
    form = next(form for form in (await program.visitor.page()).all("form") if form["action"].endswith("/say"))
    assert await program.visitor.submit(form, text=text)


async def test_a_digest_comes_at_the_channels_time_a_tap_saves_and_the_library_shows_it(tmp_path: Path) -> None:
    """Planned an hour before, by a process that ends: however slowly the next one starts, it is not too late."""
    clock = RunningClock(AN_HOUR_BEFORE)
    async with XServer(clock, load_world(POSTS)) as server:
        (tmp_path / "config.toml").write_text(CONFIG.format(x=server.url), encoding="utf-8")
        trial = {"STAFFROOM_CLOCK": clock.setting, "STAFFROOM_X__BEARER_TOKEN": TOKEN}
        async with running("run", folder=tmp_path, **trial) as program:
            await say(program, "/pln status")
            page = await program.page_when(lambda page: "Next digest: today 07:30" in page.text)
            assert not has_digest(page)
            assert await program.stop() == 0
        assert not server.seen, "an hour before, nothing is read yet"

        clock.leap(JUST_BEFORE, speed=10)
        trial["STAFFROOM_CLOCK"] = clock.setting
        async with running("run", folder=tmp_path, **trial) as program:
            page = await program.page_when(has_digest)
            assert "Wednesday 9 September" in page.text
            assert all(request.signed_in for request in server.seen if request.path.startswith("/2/"))

            save = next(form for form in page.all("form") if "Save item 1" in form.words)
            assert await program.visitor.submit(save)
            await program.page_when(lambda page: "Saved by Ana" in page.text)
            await program.page_when(lambda page: "Only visible to you" in page.text)
            library = await program.visitor.page("/library")
            assert "1 item" in library.text

            assert await program.stop() == 0
            assert not [line for line in program.errors if '"level": "error"' in line]
            assert TOKEN not in "".join(program.errors)
            assert not [line for line in program.errors if "fraction" in line.casefold()], "no text of a post is logged"
        assert 0 < server.bill.total < 1_000_000


async def test_a_refused_token_is_said_in_plain_words_and_never_shown(tmp_path: Path) -> None:
    clock = RunningClock(AN_HOUR_BEFORE)
    async with XServer(clock, load_world(POSTS), token="another") as server:
        admin = '[staffroom]\nadmin = {platform = "web", channel = "maths"}\n'
        (tmp_path / "config.toml").write_text(admin + CONFIG.format(x=server.url), encoding="utf-8")
        trial = {"STAFFROOM_CLOCK": clock.setting, "STAFFROOM_X__BEARER_TOKEN": TOKEN}
        async with running("run", folder=tmp_path, **trial) as program:
            await say(program, "/pln digest now")
            page = await program.page_when(lambda page: "Staffroom needs a look" in page.text)
            assert "bearer token" in page.text
            assert TOKEN not in page.text + "".join(program.errors)
            assert len(server.seen_at("/2/users/by") + server.seen_at("/2/tweets/search/recent")) <= 2


async def test_the_demo_keeps_what_people_did_and_starts_over_when_asked(tmp_path: Path) -> None:
    async with running("demo", "--port", "0", folder=tmp_path) as program:
        page = await program.page_when(has_digest)
        await program.visitor.submit(next(form for form in page.all("form") if "Save item 2" in form.words))
        await program.page_when(lambda page: "Saved by Ana" in page.text)
        assert await program.stop() == 0
    async with running("demo", "--port", "0", folder=tmp_path) as program:
        assert "Saved by Ana" in (await program.visitor.page()).text
        await program.stop()
    async with running("demo", "--port", "0", "--reset", folder=tmp_path) as program:
        assert "Saved by Ana" not in (await program.page_when(has_digest)).text


async def test_a_school_can_try_its_chat_with_sample_posts_and_no_token(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(SAMPLE, encoding="utf-8")
    async with running("run", folder=tmp_path) as program:
        await say(program, "/pln digest now")
        assert "Invented sample post" in (await program.page_when(has_digest)).text


async def test_doctor_says_how_all_is_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(SAMPLE, encoding="utf-8")
    before = await staffroom("doctor", folder=tmp_path)
    assert "staffroom migrate" in before.said
    async with running("run", folder=tmp_path) as program:
        during = await staffroom("doctor", "--json", folder=tmp_path)
        await program.stop()
    assert during.code == 0, during.said
    checks = {check["name"]: check for check in json.loads(during.said)}
    assert checks["channel staff"]["finding"].startswith("1 topic, next digest")
    assert checks["web page"]["health"] == "OK"
    assert {check["health"] for check in checks.values()} <= {"OK", "WARN"}
