"""Whatever is wrong, a sentence says what it is and what to do: exit code 2, no traceback, nothing lost."""

import asyncio
import json
import os
import socket
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.rigs.program import PATIENCE, Ended, running, staffroom

GOOD = (
    '[web]\nport = 0\n[[channels]]\nplatform = "web"\nchannel = "staff"\ntopics = ["#edchat"]\nsources = ["sample"]\n'
)


def config(folder: Path, text: str = GOOD) -> Path:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return folder


def refused(ended: Ended, *words: str) -> None:
    assert ended.code == 2, ended
    assert "Traceback" not in ended.complained
    for word in words:
        assert word in ended.complained


async def test_no_configuration(tmp_path: Path) -> None:
    refused(await staffroom("run", folder=tmp_path), "There is no file config.toml", "config.example.toml")


async def test_nobody_reads_on(tmp_path: Path) -> None:
    """As in `staffroom slack manifest | head`."""
    reading, writing = os.pipe()
    os.close(reading)
    command = (sys.executable, "-m", "bot", "slack", "manifest")
    process = await asyncio.create_subprocess_exec(*command, cwd=tmp_path, stdout=writing, stderr=PIPE)
    os.close(writing)
    _, complained = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert complained == b""


async def test_every_mistake_of_a_configuration_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("#edchat", "edchat") + 'zone = "Europe/Lodnon"\nat = "25:00"\nsise = 5\n'
    ended = await staffroom("run", folder=config(tmp_path, text), STAFFROOM_X__BEARER_TOKN="secret-token")
    refused(ended, "Did you mean #edchat", "Europe/London", "24-hour clock", "size", "STAFFROOM_X__BEARER_TOKEN")
    assert "secret-token" not in ended.complained


async def test_a_channel_on_x_without_a_token(tmp_path: Path) -> None:
    ended = await staffroom("run", folder=config(tmp_path, GOOD.replace('sources = ["sample"]\n', "")))
    refused(ended, "STAFFROOM_X__BEARER_TOKEN", '["sample"]')


async def test_every_mistake_about_discord_at_once(tmp_path: Path) -> None:
    text = (
        '[staffroom]\nadmin = {platform = "discord", channel = "office"}\n'
        '[discord]\ntoken = "Bot secret-token"\nonly_in = ["Hilltop School"]\n'
        'api_url = "discord.com"\ngateway_url = "https://discord.com"\n'
        '[[channels]]\nplatform = "discord"\nchannel = "#maths"\ntopics = ["#edchat"]\nsources = ["sample"]\n'
    )
    ended = await staffroom("run", folder=config(tmp_path, text))
    refused(ended, "[discord] token: a token is one word", "only_in: “Hilltop School” cannot be used: servers go by")
    refused(ended, "[discord] api_url: “discord.com”", "[discord] gateway_url: “https://discord.com”")
    refused(
        ended, "[[channels]] 1, channel: channels of Discord go by their ids", "[staffroom] admin.channel: channels"
    )
    assert "secret-token" not in ended.complained


@pytest.mark.parametrize(
    ("shards", "sentence"),
    [
        ("shards = 2\nshard_ids = [2]", "shard_ids go from 0 to one less than shards, and 2 does not"),
        ("shards = 2\nshard_ids = [1, 1]", "shard_ids names one of them twice"),
        ("shard_ids = [0]", "say with shards how many there are"),
    ],
)
async def test_shards_that_cannot_be(tmp_path: Path, shards: str, sentence: str) -> None:
    refused(await staffroom("run", folder=config(tmp_path, f"{GOOD}[discord]\n{shards}\n")), sentence)


async def test_discord_without_a_token(tmp_path: Path) -> None:
    text = GOOD.replace('"web"', '"discord"').replace('"staff"', '"1200000000000000001"')
    ended = await staffroom("run", folder=config(tmp_path, text))
    refused(ended, "[[channels]] 1, platform: [discord] lacks token", "staffroom init")
    ended = await staffroom("discord", "invite", folder=tmp_path)
    refused(ended, "lacks token")
    ended = await staffroom("discord", "invite", folder=tmp_path / "..")
    refused(ended, "--app-id")


async def test_no_channel(tmp_path: Path) -> None:
    refused(await staffroom("run", folder=config(tmp_path, "[web]\nport = 0\n")), "no [[channels]]")


async def test_an_unknown_topic_for_the_demo(tmp_path: Path) -> None:
    refused(await staffroom("demo", "--topics", "#edchat,maths", folder=tmp_path), "Did you mean #maths")


async def test_no_topic_for_the_demo(tmp_path: Path) -> None:
    refused(await staffroom("demo", "--topics", " ", folder=tmp_path), "--topics names none")


@pytest.mark.parametrize("name", ["missing.jsonl", "empty.jsonl"])
async def test_a_posts_file_without_a_usable_post(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("not json\n\n", encoding="utf-8")
    refused(await staffroom("demo", "--posts", name, "--port", "0", folder=tmp_path), name)


async def test_broken_lines_of_a_posts_file_are_counted_and_named(tmp_path: Path) -> None:
    post = json.dumps(
        {
            "id": "1",
            "text": "A good line about fractions #edchat",
            "created_at": "2026-09-09T06:00:00Z",
            "author_id": "1",
            "public_metrics": {"like_count": 30, "retweet_count": 9, "reply_count": 2, "quote_count": 0},
        }
    )
    (tmp_path / "posts.jsonl").write_text(f'{post}\nnot json\n{{"data": 5}}\n', encoding="utf-8")
    async with running("demo", "--posts", "posts.jsonl", "--port", "0", folder=tmp_path) as program:
        await program.page_when(lambda page: "A good line about fractions" in page.text)
        assert program.process.stdout
        assert "2 lines could not be used (line 2, 3)" in (await program.process.stdout.readline()).decode()


async def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused(await staffroom("demo", "--port", str(port), folder=tmp_path), str(port), "port")


async def test_a_second_staffroom_on_one_database(tmp_path: Path) -> None:
    async with running("run", folder=config(tmp_path)):
        refused(await staffroom("run", folder=tmp_path), "Another Staffroom", "Stop it first")


async def test_a_database_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "staffroom.sqlite").write_text("This is a letter to the head of department." * 50, encoding="utf-8")
    refused(await staffroom("run", folder=config(tmp_path)), "staffroom.sqlite")
    assert (tmp_path / "staffroom.sqlite").read_text(encoding="utf-8").startswith("This is a letter")


async def test_starting_over_deletes_the_demos_own_files_only_and_not_while_it_runs(tmp_path: Path) -> None:
    (tmp_path / "chapter1.txt").write_text("Precious", encoding="utf-8")
    words = ("demo", "--port", "0", "--folder", ".", "--reset")
    async with running(*words, folder=tmp_path):
        refused(await staffroom(*words, folder=tmp_path), "Another Staffroom")
    async with running(*words, folder=tmp_path) as program:
        await program.stop()
    assert (tmp_path / "chapter1.txt").exists()


async def test_a_trial_clock_with_an_address_outside(tmp_path: Path) -> None:
    text = GOOD.replace('sources = ["sample"]', 'sources = ["x"]')
    ended = await staffroom(
        "run",
        folder=config(tmp_path, text),
        STAFFROOM_CLOCK="2026-11-24T07:29:00Z",
        STAFFROOM_X__BEARER_TOKEN="secret-token",
    )
    refused(ended, "STAFFROOM_CLOCK", "api.x.com")


async def test_a_trial_clock_that_is_no_time(tmp_path: Path) -> None:
    refused(await staffroom("run", folder=config(tmp_path), STAFFROOM_CLOCK="teatime"), "2026-11-24T07:29:00Z")
