"""What a configuration means once it is known what the chats are connected to."""

from collections.abc import Sequence

import pytest

from bot.config import channel_key, used_sources
from bot.domain.channel import Workspace
from bot.domain.keys import ChannelKey
from bot.errors import ConfigMistakes
from bot.ports import HttpRequest, HttpResponse, Route
from tests.fakes.chat import FakeChat
from tests.fakes.inbox import FakeInbox
from tests.unit.test_config import read

HILL, VALLEY = Workspace("fake:T1", "fake", "Hill School"), Workspace("fake:T2", "fake", "Valley School")


async def nothing(_: HttpRequest) -> HttpResponse:
    return HttpResponse(200)


class Chat(FakeChat):
    """Connected to these, and served by a page where more can be added."""

    def __init__(self, *connected: Workspace, can_be_added: bool = False) -> None:
        super().__init__(FakeInbox())
        self.connected = connected
        self.pages = [Route("GET", "/install", nothing)] if can_be_added else []

    def workspaces(self) -> Sequence[Workspace]:
        return self.connected

    def routes(self) -> Sequence[Route]:
        return self.pages


def key(chat: Chat, workspace: str | None) -> ChannelKey:
    return channel_key({"fake": chat}, "fake", workspace, "maths")


def test_without_a_workspace_a_channel_is_in_the_only_one() -> None:
    assert key(Chat(HILL), None) == ChannelKey("fake:T1", "maths")


@pytest.mark.parametrize("named", ["T2", "fake:T2"])
def test_among_several_workspaces_a_channel_is_in_the_one_it_names(named: str) -> None:
    assert key(Chat(HILL, VALLEY), named) == ChannelKey("fake:T2", "maths")


@pytest.mark.parametrize(("chat", "workspace"), [(Chat(HILL, VALLEY), None), (Chat(HILL, VALLEY), "T9")])
def test_a_channel_whose_workspace_is_not_clear_is_a_mistake(chat: Chat, workspace: str | None) -> None:
    sentence = (
        r"channel maths: say with workspace which one it is in. Connected: T1 \(Hill School\), T2 \(Valley School\)."
    )
    with pytest.raises(ConfigMistakes, match=sentence):
        key(chat, workspace)


def test_before_it_is_invited_anywhere_that_is_what_has_to_be_done() -> None:
    with pytest.raises(ConfigMistakes, match="channel maths: Staffroom is nowhere on fake yet"):
        key(Chat(), None)


def test_a_workspace_that_can_still_be_added_is_waited_for() -> None:
    assert key(Chat(HILL, can_be_added=True), "T9") == ChannelKey("fake:T9", "maths")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"sample"}),
        ("[x]\nbase_url = 'https://api.birds.example'\n", {"sample"}),
        ("[x]\nbearer_token = 'invented'\n", {"x"}),
        ("[[channels]]\nplatform = 'web'\nchannel = 'a'\ntopics = ['#edchat']\nsources = ['sample']\n", {"sample"}),
    ],
)
def test_sources_are_those_of_the_channels_or_what_is_configured_or_the_invented_posts(
    text: str, expected: set[str]
) -> None:
    assert used_sources(read(text), ["sample", "x"]) == expected
