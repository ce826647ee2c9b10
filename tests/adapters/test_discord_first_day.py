"""Before anything runs: the invite link asks for what the code uses and nothing else, and the guide says the same."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from pydantic import ValidationError

from adapters.discord import errors, guilds, history, rights
from adapters.discord.api import Api
from adapters.discord.first_day.invite import application_of, command, link
from adapters.discord.first_day.setup import channel_id, check, workspace
from adapters.discord.granted import check_channel, granted
from adapters.discord.plugin import plugin
from adapters.discord.post import posting
from adapters.discord.section import DiscordSection
from adapters.discord.talk import answers, interactions
from adapters.discord.talk.commands import spelling_of
from adapters.discord.wire import gateway, happenings
from adapters.discord.wire.client import INTENTS
from bot.config import outside_addresses, read_config
from bot.domain.catalogue import UNDER
from bot.errors import Mistake
from tests.fakes.clock import FakeClock
from tests.rigs.discord import HILLTOP, discord_rig
from tests.rigs.discord_server import DiscordServer
from tests.rigs.discord_server_rules import STAFFROOM_MAY
from tests.rigs.discord_server_world import APPLICATION, FIRST_GUILD, TOKEN

GUIDE = (Path(__file__).parents[2] / "docs" / "discord.md").read_text(encoding="utf-8")
NAMES = {
    "View Channel": "read_messages",
    "Send Messages": "send_messages",
    "Send Messages in Threads": "send_messages_in_threads",
    "Create Public Threads": "create_public_threads",
    "Embed Links": "embed_links",
    "Add Reactions": "add_reactions",
    "Read Message History": "read_message_history",
}
"""What discord.py calls the permissions that Discord's settings show."""


def printed(**options: str) -> str:
    given = {option.name: option.default for option in command.options} | {"token": ""}
    return command.act({**given, **options})


# ------------------------------------------------------------------------------------------------------------ the link


def test_the_link_asks_for_exactly_these_permissions_by_the_numbers_that_discord_has_for_them() -> None:
    asked = discord.Permissions(rights.invited_with())

    assert {name for name, granted in asked if granted} == {NAMES[each.name] for each in rights.IN_A_CHANNEL}
    assert asked.value == STAFFROOM_MAY, "which the loopback Discord takes from Discord's own table"


def test_it_asks_for_nothing_about_people_or_the_server() -> None:
    asked = discord.Permissions(rights.invited_with())

    dangerous = ("administrator", "manage_guild", "manage_messages", "mention_everyone", "kick_members")
    assert not [name for name in dangerous if getattr(asked, name)]


def test_no_intent_is_privileged_and_none_brings_messages() -> None:
    assert {name for name, is_on in INTENTS if is_on} == {"guilds", "guild_reactions"}
    assert INTENTS.value == 1025


def test_every_permission_is_one_that_something_needs() -> None:
    needed = {
        *(*rights.TO_SEND, *rights.TO_SEND_IN_A_THREAD, *rights.TO_POST_IN_A_FORUM),
        *(*rights.TO_BEGIN_A_THREAD, *rights.TO_REACT, *rights.TO_READ, rights.EMBED),
    }
    assert needed == set(rights.IN_A_CHANNEL)


def test_the_link_is_discords_own_page_with_the_bot_and_its_commands() -> None:
    parts = urlsplit(link(APPLICATION))
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}

    assert (parts.scheme, parts.hostname, parts.path) == ("https", "discord.com", "/oauth2/authorize")
    assert asked == {
        "client_id": APPLICATION,
        "scope": "bot applications.commands",
        "permissions": str(rights.invited_with()),
        "integration_type": "0",
    }


def test_the_application_is_named_or_known_by_the_token() -> None:
    assert f"client_id={APPLICATION}&" in printed(token=TOKEN)
    assert "client_id=1234567890123456789&" in printed(token=TOKEN, **{"app-id": "1234567890123456789"})
    assert TOKEN not in printed(token=TOKEN)
    assert application_of(TOKEN) == APPLICATION


@pytest.mark.parametrize("token", ["", "x", "ab.c.d", "é", "MTIz.a.b", "////.a.b"])
def test_what_is_no_token_names_no_application(token: str) -> None:
    assert application_of(token) == ""


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "Add --app-id"),
        ({"app-id": "Staffroom"}, "--app-id takes the Application ID"),
        ({"app-id": APPLICATION, "server": "Hilltop"}, "--server takes"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(options: dict[str, str], sentence: str) -> None:
    with pytest.raises(Mistake, match=re.escape(sentence)):
        printed(**options)


def test_a_server_can_be_chosen_beforehand() -> None:
    said = printed(**{"app-id": APPLICATION, "server": "1200000000000000000"})
    assert "&guild_id=1200000000000000000&disable_guild_select=true" in said


def test_each_permission_says_what_it_is_for_and_what_is_lost_without_it() -> None:
    said = printed(token=TOKEN)
    for each in rights.IN_A_CHANNEL:
        assert f"{each.name}: {each.purpose}. Lost without it: {each.lost}" in said
        assert each.lost.endswith(".")


# ------------------------------------------------------------------------------------------------- what people paste


@pytest.mark.parametrize(
    ("typed", "server"),
    [
        ("1200000000000000123", ""),
        (" 1200000000000000123\n", ""),
        ("https://discord.com/channels/1200000000000000000/1200000000000000123", "1200000000000000000"),
        ("<https://discord.com/channels/1200000000000000000/1200000000000000123>", "1200000000000000000"),
        ("https://ptb.discord.com/channels/1200000000000000000/1200000000000000123/1300", "1200000000000000000"),
    ],
)
def test_a_channel_is_known_by_its_id_or_its_link_which_names_the_server_too(typed: str, server: str) -> None:
    assert channel_id(typed) == "1200000000000000123"
    assert workspace(typed) == server


@pytest.mark.parametrize(
    "typed",
    ["", "#maths", "maths", "123", "https://evil.example/channels/1200000000000000000/1200000000000000123", "１" * 19],
)
def test_what_is_no_channel_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(Mistake, match="Copy Link"):
        channel_id(typed)
    assert DiscordSection.refuses(typed)


@pytest.mark.parametrize(
    "address",
    ["https://discord.com", "https://discord.com/api", "https://discord.com/api/v10", "https://discord.com/api/v10/"],
)
def test_the_api_is_the_same_with_or_without_its_path(address: str) -> None:
    assert DiscordSection(api_url=address).api_url == "https://discord.com/api/v10"


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_url": "discord.com"},
        {"api_url": "https://"},
        {"api_url": "ftp://discord.com"},
        {"api_url": "http://[broken"},
        {"gateway_url": "https://discord.com"},
        {"token": "two words"},
        {"token": "tök"},
        {"token": "one\nline"},
        {"only_in": ["Hilltop"]},
        {"only_in": [True]},
        {"shards": -1},
        {"shard_ids": [0]},
        {"shards": 2, "shard_ids": [2]},
        {"shards": 2, "shard_ids": [0, 0]},
    ],
)
def test_what_cannot_be_used_is_no_configuration(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DiscordSection.model_validate(wrong)


def test_servers_may_be_written_as_numbers() -> None:
    assert DiscordSection.model_validate({"only_in": [1200000000000000000]}).only_in == ["1200000000000000000"]


def test_discords_own_address_is_outside_for_a_trial_clock_and_a_loopback_one_is_not() -> None:
    def outside(toml: str) -> list[str]:
        read = read_config(toml, "config.toml", {}, str, chats={"discord": plugin.section}, sources={})
        return outside_addresses(read)

    token = '[discord]\ntoken = "t"\n'
    assert outside(token) == ["[discord] api_url: discord.com"]
    assert outside(f'{token}api_url = "http://127.0.0.1:9"') == []
    elsewhere = f'{token}api_url = "http://127.0.0.1:9"\ngateway_url = "wss://gateway.discord.gg"'
    assert outside(elsewhere) == ["[discord] gateway_url: gateway.discord.gg"]


# ---------------------------------------------------------------------------------------------------- what people read


def test_an_admin_reads_of_every_permission_host_and_datum() -> None:
    assert plugin.disclose
    told = plugin.disclose(plugin.section())

    named = [name for name, _ in told.rights]
    assert named[: len(rights.IN_A_CHANNEL)] == [each.name for each in rights.IN_A_CHANNEL]
    assert {f"intent: {name}" for name in ("guilds", "guild_reactions")} <= set(named)
    assert [host.partition(":")[0].partition(",")[0] for host in told.hosts] == ["discord.com", "gateway.discord.gg"]
    assert any("No e-mail address" in line for line in told.keeps)


def test_a_trial_discloses_the_addresses_that_it_really_asks() -> None:
    assert plugin.disclose
    told = plugin.disclose(DiscordSection(api_url="http://127.0.0.1:9"))
    assert not [host for host in told.hosts if "discord.com" in host or "discord.gg" in host]


def test_the_guide_explains_the_same_permissions() -> None:
    rows = re.findall(r"^\| ([A-Z][\w ]+) \| ([^|]+) \| ([^|]+) \|$", GUIDE, re.MULTILINE)

    assert rows == [(each.name, each.purpose, each.lost) for each in rights.IN_A_CHANNEL]


def sentences() -> list[str]:
    """All that somebody may have to do something about."""
    by_code = [str(errors.Refused(code)) for code in errors._REFUSALS if code not in NOTHING_TO_DO]  # noqa: SLF001
    closed = list(gateway._CLOSED.values())  # noqa: SLF001
    others = [
        *(errors.WRONG_CREDENTIALS, errors.NOT_ASKED, str(errors.asked_to_wait(None))),  # type: ignore[arg-type]
        *(str(errors.not_now()), str(errors.answered_nonsense(403)), gateway.NOT_REACHED, gateway.NO_MORE_TODAY),
        *(guilds.NOT_IN_THE_SERVER, guilds.NOT_THERE_NOW, happenings.LEFT, history.TOO_MUCH, answers.TOO_LATE),
        *(interactions.WHICH_SERVER, interactions.FORM_GONE, posting.NO_THREAD, errors._OURS),  # noqa: SLF001
    ]
    return [*by_code, *closed, *others]


NOTHING_TO_DO = {
    *(errors.UNKNOWN_MESSAGE, 10007, 10011, errors.UNKNOWN_USER, errors.UNKNOWN_EMOJI, errors.ACKNOWLEDGED),
    *(50005, errors.INVALID_RECIPIENT, 50021, 50024, errors.THREAD_EXISTS, 50006, errors.INVALID_FORM_BODY),
}
"""What says all there is to say, or is met by Staffroom itself."""


@pytest.mark.parametrize("sentence", dict.fromkeys(sentences()))
def test_the_guide_says_what_to_do_about_each_sentence_of_ours(sentence: str) -> None:
    quoted = [each.rstrip("…").strip() for each in re.findall(r"“([^”]+)”", GUIDE) if len(each) > 12]
    assert any(sentence.startswith(each) for each in quoted), sentence


def test_the_guide_names_no_command_that_discord_does_not_offer() -> None:
    named = re.findall(r"`/(pln(?:-admin)?) ([a-z -]+?)(?: [@#\d].*?)?`", GUIDE.replace("\n", " "))
    assert len(named) > 15
    for command_name, words in named:
        parts = tuple(words.split())
        known = [spelling_of(command_name, parts[:length]) for length in range(len(parts), 0, -1)]
        assert any(known) or words in UNDER, f"/{command_name} {words}"


@pytest.mark.parametrize(
    ("denied", "begins"),
    [
        ((), "OK discord #maths: Staffroom may do there what it needs"),
        (("Add Reactions",), "WARN discord #maths: permissions are missing. Digests have no numbers to tap."),
        (("Send Messages",), "FAIL discord #maths: permissions are missing. Nothing can be sent to the channel."),
        (("View Channel",), "FAIL discord channel {id}: Staffroom may not see this channel."),
    ],
)
async def test_doctor_names_the_channel_the_permission_and_the_fix(denied: tuple[str, ...], begins: str) -> None:
    async with DiscordServer() as server, Api(server.api, TOKEN, FakeClock()) as api:
        maths = server.guild.channel("maths")
        server.world.deny_app(maths, *denied)
        (found,) = await check_channel(api, maths.id)
        assert f"{found.health.value} {found.name}: {found.finding}".startswith(begins.format(id=maths.id))
        assert all(each in found.remedy + found.finding for each in denied)


async def test_where_it_is_in_no_server_doctor_says_to_invite_it_and_nothing_of_permissions() -> None:
    async with DiscordServer() as server, Api(server.api, TOKEN, FakeClock()) as api:
        maths = server.guild.channel("maths").id
        server.people.kick_app()
        (found,) = await check_channel(api, maths)
        assert found.finding == "Staffroom is in no server, so nothing can be sent there"
        assert found.remedy == "Print the link with staffroom discord invite, and open it."


async def test_who_has_not_invited_it_yet_is_told_to_open_the_link_now() -> None:
    async with DiscordServer() as server:
        answers = {"api_url": server.api, "token": TOKEN}
        assert "This link invites it:" in await check(answers)
        server.people.kick_app()
        said = await check(answers)
        assert "in no server yet" in said
        assert "Open this link now, choose your server and press Authorise:" in said


async def test_what_doctor_works_out_is_what_discord_allows() -> None:
    async with DiscordServer() as server, Api(server.api, TOKEN, FakeClock()) as api:
        world, guild = server.world, server.guild
        role = next(iter(guild.members[world.app.id].roles))
        quiet = world.add_channel(guild, "quiet")
        world.set_overwrite(quiet, guild.id, deny=("View Channel", "Add Reactions"))
        world.set_overwrite(quiet, role, allow=("View Channel",), deny=("Embed Links",))
        world.set_overwrite(quiet, world.app.id, allow=("Embed Links",), deny=("Create Public Threads",))
        for channel in (quiet, guild.channel("maths")):
            worked_out = await granted(api, await api.channel(channel.id))
            assert worked_out == world.permissions(world.app.id, channel)


async def test_a_server_may_still_invite_it_unless_the_configuration_says_otherwise() -> None:
    async with discord_rig() as rig:
        assert rig.chat.awaits("discord:1999999999999999999")
        assert not rig.chat.awaits("discord:Hilltop")
        assert not rig.chat.awaits("slack:T0123")
    async with discord_rig(only_in=[FIRST_GUILD]) as rig:
        assert rig.chat.awaits(HILLTOP)
        assert not rig.chat.awaits("discord:1999999999999999999")
