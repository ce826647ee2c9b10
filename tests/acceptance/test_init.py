"""The first day, as somebody lives it: `init` in a process of its own, answered through a pipe, then `doctor`."""

import asyncio
import os
import signal
import stat
import sys
import tomllib
from asyncio.subprocess import PIPE, Process
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_rules import Kind
from tests.rigs.discord_server_world import APPLICATION, FIRST_GUILD
from tests.rigs.discord_server_world import TOKEN as DISCORD_TOKEN
from tests.rigs.program import PATIENCE, Ended, staffroom
from tests.rigs.running_clock import RunningClock
from tests.rigs.slack_server import APP_TOKEN, BOT_TOKEN, SlackServer
from tests.rigs.x_server import TOKEN, XServer
from tests.rigs.x_server_world import World

LINK = "https://hilltop.slack.example/archives/C0MATHS"
SCHOOL = ("slack", "Science", "gb", "Europe/London", "GB-ENG")
ROOM = (LINK, "Maths department", "no", "yes")


async def init(folder: Path, *lines: str, words: tuple[str, ...] = (), **environment: str) -> Ended:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("STAFFROOM_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "init", *words),
        cwd=folder,
        env=plain | environment,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    typed = "".join(f"{line}\n" for line in lines).encode()
    said, complained = await asyncio.wait_for(process.communicate(typed), PATIENCE)
    return Ended(process.returncode or 0, said.decode(), complained.decode())


async def _until_it_waits(process: Process) -> None:
    """For a line: a signal that comes just before would be noticed with the next one only."""
    status = Path(f"/proc/{process.pid}/stat")
    while status.exists() and status.read_text().rpartition(")")[2].split()[0] != "S":  # noqa: ASYNC110
        await asyncio.sleep(0.02)


def files(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


async def test_a_school_sets_slack_up_for_a_trial_and_doctor_is_happy(tmp_path: Path) -> None:
    async with SlackServer() as slack:
        ended = await init(
            tmp_path, *SCHOOL, APP_TOKEN, BOT_TOKEN, *ROOM, "sample", "", STAFFROOM_SLACK__BASE_URL=slack.url
        )
        assert ended.code == 0, ended.complained
        assert "1. Open https://api.slack.com/apps" in ended.said
        assert "bot_events:" in ended.said
        assert "Slack accepts it: this is staffroom in the workspace Hilltop School." in ended.said
        assert "#maths is there, and Staffroom is in it." in ended.said
        assert "staffroom doctor" in ended.said
        checked = await staffroom("doctor", folder=tmp_path, STAFFROOM_SLACK__BASE_URL=slack.url)
    assert checked.code == 0, checked.said
    assert "config.toml has no mistake" in checked.said
    assert "There is no database staffroom.sqlite yet." in checked.said
    assert "OK   slack: connected to Hilltop School" in checked.said, "before the first start, too"
    assert not (tmp_path / "staffroom.sqlite").exists()
    assert "only you may read config.secrets.toml" in checked.said

    config = tomllib.loads((tmp_path / "config.toml").read_text(encoding="utf-8"))
    assert config["staffroom"]["zone"] == "Europe/London"
    assert config["staffroom"]["admin"] == {"platform": "slack", "channel": "C0MATHS"}
    assert config["school"] == {"holidays": ["GB-ENG"]}
    assert config["budget"]["monthly_usd"] == 10
    (channel,) = config["channels"]
    assert (channel["channel"], channel["name"], channel["sources"]) == ("C0MATHS", "Maths department", ["sample"])
    assert "#ASEChat" in (tmp_path / "config.toml").read_text(encoding="utf-8")


async def test_tokens_are_never_shown_and_stand_in_a_file_that_only_its_owner_may_read(tmp_path: Path) -> None:
    async with SlackServer() as slack:
        ended = await init(
            tmp_path, *SCHOOL, APP_TOKEN, BOT_TOKEN, *ROOM, "sample", "", STAFFROOM_SLACK__BASE_URL=slack.url
        )
    for token in (APP_TOKEN, BOT_TOKEN):
        assert token not in ended.said + ended.complained
        assert token not in (tmp_path / "config.toml").read_text(encoding="utf-8")
    secrets = tmp_path / "config.secrets.toml"
    assert tomllib.loads(secrets.read_text(encoding="utf-8"))["slack"]["bot_token"] == BOT_TOKEN
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600


async def test_a_school_sets_discord_up_for_a_trial_and_doctor_is_happy(tmp_path: Path) -> None:
    async with DiscordServer() as discord:
        maths = discord.guild.channel("maths").id
        link = f"https://discord.com/channels/{FIRST_GUILD}/{maths}"
        lines = ("discord", *SCHOOL[1:], DISCORD_TOKEN, link, *ROOM[1:], "sample", "")
        ended = await init(tmp_path, *lines, STAFFROOM_DISCORD__API_URL=discord.api)
        assert ended.code == 0, ended.said + ended.complained
        for words in (
            "1. Open https://discord.com/developers/applications",
            "Discord accepts it: this is Staffroom, in Hilltop School.",
            f"https://discord.com/oauth2/authorize?client_id={APPLICATION}&scope=bot+applications.commands&permissions=",
            "#maths is there, and Staffroom may do there what it needs.",
        ):
            assert words in ended.said, ended.said
        checked = await staffroom("doctor", folder=tmp_path, STAFFROOM_DISCORD__API_URL=discord.api)
        assert discord.invalid == []
    assert checked.code == 0, checked.said
    for words in (
        "OK   discord: connected as staffroom",
        "OK   discord servers: it is in Hilltop School",
        "OK   discord gateway: it can be opened",
        "OK   discord #maths: Staffroom may do there what it needs",
        "only you may read config.secrets.toml",
    ):
        assert words in checked.said, checked.said

    text = (tmp_path / "config.toml").read_text(encoding="utf-8")
    config = tomllib.loads(text)
    where = {"platform": "discord", "channel": maths, "workspace": FIRST_GUILD}
    assert config["staffroom"]["admin"] == where
    assert {key: config["channels"][0][key] for key in where} == where
    assert DISCORD_TOKEN not in text + ended.said + ended.complained
    secrets = tomllib.loads((tmp_path / "config.secrets.toml").read_text(encoding="utf-8"))
    assert secrets["discord"] == {"token": DISCORD_TOKEN}

    invited = await staffroom("discord", "invite", folder=tmp_path)
    assert f"client_id={APPLICATION}" in invited.said, "the id is in the token"


async def test_what_is_no_token_and_no_channel_of_discord_is_said_in_plain_words(tmp_path: Path) -> None:
    async with DiscordServer() as discord:
        world, server = discord.world, discord.guild
        thread = world.add_channel(server, "a thread", Kind.PUBLIC_THREAD, parent=server.channel("maths").id)
        hidden, quiet = world.add_channel(server, "heads"), world.add_channel(server, "quiet")
        world.deny_app(hidden, "View Channel")
        world.deny_app(quiet, "Send Messages", "Add Reactions")
        talk = world.add_channel(server, "a category", Kind.CATEGORY)
        ended = await init(
            tmp_path,
            *("discord", *SCHOOL[1:]),
            *("", "two words", APPLICATION, "0f" * 32, "x" * 32, "one.two", DISCORD_TOKEN + "x", DISCORD_TOKEN),
            *("#maths", "https://evil.example/channels/1/2", "1999999999999999999", thread.id, talk.id),
            *(quiet.id, "Quiet room", "yes", hidden.id, "Heads", "no", "yes", "sample", ""),
            STAFFROOM_DISCORD__API_URL=discord.api,
        )
    assert ended.code == 0, ended.said + ended.complained
    for sentence in (
        "This is needed.",
        "A token is one word.",
        "This looks like the application's id.",
        "This looks like the public key.",
        "This looks like the client secret.",
        "This is no bot's token",
        "Discord does not accept this token.",
        "This is no link of a channel.",
        "Discord does not know this channel",
        "#a thread is a thread. Take the link of the channel that it is in.",
        "Nothing can be written in #a category",
        "#quiet is there. In the settings of #quiet, under Permissions, allow Staffroom: Send Messages, Add Reactions.",
        "Lost without Add Reactions:",
        "Staffroom may not see this channel yet.",
    ):
        assert sentence in ended.said, sentence
    assert DISCORD_TOKEN not in ended.said


async def test_a_mistake_says_what_is_wrong_and_asks_again(tmp_path: Path) -> None:
    async with SlackServer() as slack:
        slack.team.add_channel("retired").is_archived = True
        slack.team.add_channel("quiet").members.clear()
        ended = await init(
            tmp_path,
            *(
                "teams",
                "slack",
                "underwater basketry",
                "science",
                "Great Britain",
                "uk",
                "Europe/Lodnon",
                "Europe/London",
                "England-ish",
                "",
            ),
            *("", BOT_TOKEN, "xapp-1-wrong", APP_TOKEN, APP_TOKEN, "xoxb-wrong", "two words", BOT_TOKEN),
            *("#maths", "C0NOWHERE", "C0RETIRED", "C0QUIET", "Quiet room", "no", "perhaps", "no", LINK),
            *("sampel", "sample", "edchat", "#edchat #edtech"),
            STAFFROOM_SLACK__BASE_URL=slack.url,
        )
    assert ended.code == 0, ended.said + ended.complained
    for sentence in (
        "Type a number from 1 to 3, or one of the names.",
        "Write two letters, such as GB",
        "Did you mean Europe/London?",
        "is no country or region whose holidays are known",
        "This is needed.",
        "This looks like the bot token. The app token begins with xapp-.",
        "Slack does not accept this app token.",
        "This looks like the app token. The bot token begins with xoxb-.",
        "Slack does not accept this bot token.",
        "A token is one word.",
        "This is no id of a channel",
        "Is the id right?",
        "#retired is archived.",
        "#quiet is there. Staffroom is not in it yet: type /invite @Staffroom there.",
        "Type yes or no.",
        "Did you mean #edchat",
    ):
        assert sentence in ended.said, sentence
    config = tomllib.loads((tmp_path / "config.toml").read_text(encoding="utf-8"))
    assert config["channels"][0]["topics"] == ["#edchat", "#edtech"]
    assert config["staffroom"]["admin"]["channel"] == "C0MATHS"


async def test_a_slack_that_cannot_be_reached_does_not_end_it(tmp_path: Path) -> None:
    ended = await init(
        tmp_path,
        *(*SCHOOL, APP_TOKEN, "", BOT_TOKEN, "", "C0MATHS", "", "Maths", "no", "yes", "sample", ""),
        STAFFROOM_SLACK__BASE_URL="http://127.0.0.1:9",
    )
    assert ended.code == 0, ended.said + ended.complained
    assert ended.said.count("press Enter to keep it unchecked") == 3


async def test_what_the_environment_says_is_not_asked_but_checked(tmp_path: Path) -> None:
    async with SlackServer() as slack:
        ended = await init(
            tmp_path,
            *(*SCHOOL, *ROOM, "sample", ""),
            STAFFROOM_SLACK__BASE_URL=slack.url,
            STAFFROOM_SLACK__BOT_TOKEN=BOT_TOKEN,
            STAFFROOM_SLACK__APP_TOKEN=APP_TOKEN,
        )
    assert ended.code == 0, ended.said + ended.complained
    assert "Bot token: taken from STAFFROOM_SLACK__BOT_TOKEN." in ended.said
    assert files(tmp_path) == ["config.toml"], "there is no secret to write"


async def test_the_government_clause_comes_before_the_token_of_x_and_there_is_a_way_back(tmp_path: Path) -> None:
    async with XServer(RunningClock(datetime.now(UTC)), World()) as x:
        ended = await init(
            tmp_path,
            *("web", "Mathematics", "us", "America/New_York", "", "staffroom", "", "no", "yes"),
            *("x", "no", "x", "yes", "wrong-token", TOKEN, ""),
            STAFFROOM_X__BASE_URL=x.url,
        )
    assert ended.code == 0, ended.said + ended.complained
    assert "government-related entity" in ended.said
    assert ended.said.index("government-related entity") < ended.said.index("Bearer token of X")
    assert "X does not accept the bearer token." in ended.said
    assert "X accepts it." in ended.said
    assert TOKEN not in ended.said
    config = tomllib.loads((tmp_path / "config.toml").read_text(encoding="utf-8"))
    assert config["channels"][0]["sources"] == ["x"]
    assert config["channels"][0]["topics"][:2] == ["@NCTM", "#elemmathchat"]


@pytest.mark.parametrize("answered", [0, 3, 6, 10])
async def test_breaking_off_leaves_nothing_behind(tmp_path: Path, answered: int) -> None:
    async with SlackServer() as slack:
        lines = (*SCHOOL, APP_TOKEN, BOT_TOKEN, *ROOM, "sample", "")
        ended = await init(tmp_path, *lines[:answered], STAFFROOM_SLACK__BASE_URL=slack.url)
    assert ended.code == 2
    assert "Nothing was written." in ended.complained
    assert "Traceback" not in ended.complained
    assert files(tmp_path) == []


async def test_ctrl_c_ends_it_at_once_and_leaves_nothing_behind(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "init"), cwd=tmp_path, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    assert process.stdout
    await asyncio.wait_for(process.stdout.readuntil(b"Number or name"), PATIENCE)
    await asyncio.wait_for(_until_it_waits(process), PATIENCE)
    process.send_signal(signal.SIGINT)
    said, complained = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 130, complained
    assert b"Nothing was written." in said
    assert files(tmp_path) == []


async def test_a_configuration_that_is_there_is_only_replaced_when_asked_and_kept_then(tmp_path: Path) -> None:
    mine = tmp_path / "ours.toml"
    mine.write_text("# ours\n", encoding="utf-8")
    trial = ("web", "", "gb", "Europe/London", "", "", "", "", "", "sample", "")

    refused = await init(tmp_path, "", words=("--config", "ours.toml"))
    assert refused.code == 2
    assert "Nothing was changed." in refused.complained
    assert mine.read_text(encoding="utf-8") == "# ours\n"

    replaced = await init(tmp_path, "yes", *trial, words=("--config", "ours.toml"))
    assert replaced.code == 0, replaced.complained
    assert "staffroom doctor --config ours.toml" in replaced.said
    assert (tmp_path / "ours.toml.old").read_text(encoding="utf-8") == "# ours\n"
    assert files(tmp_path) == ["ours.toml", "ours.toml.old"]


async def test_what_an_admin_must_sign_comes_from_the_configuration_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[staffroom]\nowners = ["U0BEN"]\n[budget]\nmonthly_usd = 7.5\n'
        f'[slack]\nbot_token = "{BOT_TOKEN}"\napp_token = "{APP_TOKEN}"\n[x]\nbearer_token = "{TOKEN}"\n'
        '[school]\nclosed = ["https://calendar.example.org/private-12345/basic.ics"]\n'
        '[[channels]]\nplatform = "slack"\nchannel = "C0MATHS"\nname = "Maths"\ntopics = ["#mathchat"]\n',
        encoding="utf-8",
    )
    ended = await staffroom("disclose", folder=tmp_path)
    assert ended.code == 0, ended.complained
    for words in (
        "| chat:write |",
        "| channels:history | Optional",
        "slack.com: Slack's API",
        "api.x.com: X's API",
        "publish.x.com",
        "calendar.example.org, once a day",
        "Link shorteners such as bit.ly",
        "The sites of pages that people here save",
        "not opened before somebody saves them",
        "$7.50 a month",
        "$90.00 a year",
        "Maths (slack C0MATHS): follows #mathchat, from x.",
        "also: U0BEN",
        "/pln forget-me",
        "Signature:",
    ):
        assert words in ended.said, words
    for token in (BOT_TOKEN, APP_TOKEN, TOKEN, "private-12345"):
        assert token not in ended.said


async def test_an_admin_of_a_discord_server_reads_the_same_of_it(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        f'[discord]\ntoken = "{DISCORD_TOKEN}"\n'
        '[[channels]]\nplatform = "discord"\nchannel = "1200000000000000001"\nname = "Maths"\n'
        'topics = ["#mathchat"]\nsources = ["sample"]\n',
        encoding="utf-8",
    )
    ended = await staffroom("disclose", folder=tmp_path)
    assert ended.code == 0, ended.complained
    for words in (
        "| Read Message History | To find its own messages again",
        "| intent: guilds |",
        "discord.com: Discord's API.",
        "gateway.discord.gg, and others whose names end in .discord.gg: Discord's events",
        "In which server somebody used Staffroom last",
        "What people write in channels is not read.",
    ):
        assert words in ended.said, words
    assert DISCORD_TOKEN not in ended.said


async def test_a_trial_discloses_that_it_costs_nothing_and_reads_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[[channels]]\nplatform = "web"\nchannel = "staff"\ntopics = ["#edchat"]\nsources = ["sample"]\n',
        encoding="utf-8",
    )
    ended = await staffroom("disclose", folder=tmp_path)
    assert "Nothing: the posts are read from nowhere that costs money." in ended.said
    assert "- Nothing: no chat has to give it a right." in ended.said
    assert "The pages that posts link to are not opened." in ended.said
    assert "X's API" not in ended.said
    assert "Slack" not in ended.said
    assert "Discord" not in ended.said
    assert "shorteners" not in ended.said
    assert "The sites of pages" not in ended.said


async def test_doctor_reads_a_schools_own_packs_and_names_their_mistakes(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(
        '[staffroom]\npacks = "ours.toml"\n'
        '[[channels]]\nplatform = "web"\nchannel = "staff"\ntopics = ["#edchat"]\nsources = ["sample"]\n',
        encoding="utf-8",
    )
    missing = await staffroom("doctor", folder=tmp_path)
    assert missing.code == 1
    assert "[staffroom] packs: ours.toml cannot be read" in missing.said
    (tmp_path / "ours.toml").write_text('[[packs]]\nid = "ours"\ntopics = ["edchat"]\n', encoding="utf-8")
    wrong = await staffroom("doctor", folder=tmp_path)
    assert wrong.code == 1
    assert "ours.toml, [[packs]] 1, name: this is needed and not set." in wrong.said


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_a_preview_shows_digest_answers_forms_and_home_on_one_page(platform: str, tmp_path: Path) -> None:
    ended = await staffroom("preview", "--platform", platform, "--out", "look.html", folder=tmp_path)
    assert ended.code == 0, ended.complained
    assert str(tmp_path / "look.html") in ended.said
    page = (tmp_path / "look.html").read_text(encoding="utf-8")
    for words in (
        "Save item 5",
        "Reply on X",
        "Invented sample post",
        "Save to library",
        "How this channel is set up" if platform == "discord" else "Channel settings",
        "What this channel prefers",
        "The week in the library: 5 items",
        "What you can type",
    ):
        assert words in page, words
    before_it = page.partition("The weekly round-up, in channels")[2].partition("The week in the library")[0]
    assert "Save item" not in before_it
    assert files(tmp_path) == ["look.html"]


async def test_a_preview_of_a_chat_that_has_none_names_those_that_have(tmp_path: Path) -> None:
    ended = await staffroom("preview", "--platform", "web", folder=tmp_path)
    assert ended.code == 2
    assert "There is no preview of web. There is one of: discord, slack." in ended.complained


async def test_a_chat_brings_commands_of_its_own(tmp_path: Path) -> None:
    ended = await staffroom("slack", "manifest", "--format", "json", "--with", "history", folder=tmp_path)
    assert ended.code == 0, ended.complained
    assert '"channels:history"' in ended.said
