"""Slack as a plug-in: `staffroom.chats`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from adapters.slack.first_day.disclose import disclose
from adapters.slack.first_day.manifest import command
from adapters.slack.first_day.setup import setup
from adapters.slack.section import SlackSection
from bot.plugins import ChatPlugin, ChatTools, PluginCommand, Sight

if TYPE_CHECKING:
    from adapters.slack.api import Api
    from adapters.slack.line import Line
    from bot.ports import ChatAdapter, SignIn


def _open(section: SlackSection, tools: ChatTools) -> "ChatAdapter":
    # The command line loads every plug-in to know its section, and must stay fast: Slack's libraries come only now.
    from adapters.slack.api import Api  # noqa: PLC0415
    from adapters.slack.chat import SlackChat  # noqa: PLC0415

    api = Api(section.base_url, tools.clock)
    line = _line(section, tools, api)
    return SlackChat(api, line, _sign_in(section, tools, line))


def _sign_in(section: SlackSection, tools: ChatTools, line: "Line") -> "SignIn | None":
    """Where the app's id and secret are set."""
    if not section.client_id or not section.client_secret:
        return None
    from adapters.slack.district.grants import Grants  # noqa: PLC0415
    from adapters.slack.sign_in import SlackSignIn  # noqa: PLC0415

    return SlackSignIn(section, tools.clock, Grants(section, tools.clock), line.tokens.installed)


def _line(section: SlackSection, tools: ChatTools, api: "Api") -> "Line":
    """Only what is used is imported."""
    if section.mode == "http":
        from adapters.slack.district.http import HttpLine  # noqa: PLC0415

        return HttpLine(section, tools, api)
    from adapters.slack.socket import SocketLine  # noqa: PLC0415

    return SocketLine(section, tools, api)


def _new_key(_options: Mapping[str, str]) -> str:
    from adapters.slack.district.secrets import new_key  # noqa: PLC0415

    return new_key()


def _preview(sights: Sequence[Sight]) -> str:
    from adapters.slack.show.preview import preview  # noqa: PLC0415

    return preview(sights)


plugin = ChatPlugin(
    "slack",
    SlackSection,
    _open,
    commands=(command, PluginCommand("key", "print a new key for encryption_keys of [slack]", _new_key)),
    disclose=disclose,
    setup=setup,
    preview=_preview,
    about="your school's Slack workspace",
)
