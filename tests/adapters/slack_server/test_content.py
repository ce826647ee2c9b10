"""What a loopback Slack takes into a message, and what it makes of it."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.rigs.slack_client import (
    ROOM,
    actions,
    button,
    code_of,
    plain,
    posted,
    refused,
    section,
)
from tests.rigs.slack_server import SlackServer
from tests.rigs.slack_server_blocks import check_view
from tests.rigs.slack_server_text import mrkdwn, read

# ----------------------------------------------------------------------------------------------------------- Block Kit


def entry(number: int) -> dict[str, object]:
    return {"text": plain(f"{number}"), "value": f"{number}"}


def choices(groups: int, options: int) -> dict[str, object]:
    """A menu of so many groups with so many options in each."""
    of_each = [{"label": plain("A"), "options": [entry(number) for number in range(options)]} for _ in range(groups)]
    return {"type": "static_select", "action_id": "menu", "option_groups": of_each}


TOO_MUCH = {
    "51 blocks": [section("A") for _ in range(51)],
    "3,001 characters in a section": [section("A" * 3_001)],
    "an empty text": [section("")],
    "a section of nothing": [{"type": "section"}],
    "a header of 151": [{"type": "header", "text": plain("A" * 151)}],
    "a header in markup": [{"type": "header", "text": {"type": "mrkdwn", "text": "A"}}],
    "11 in a context": [{"type": "context", "elements": [plain("A")] * 11}],
    "26 buttons": [actions(*(button(action_id=f"b{n}") for n in range(26)))],
    "no buttons": [actions()],
    "a label of 76": [actions(button("A" * 76))],
    "a value of 2,001": [actions(button(value="A" * 2_001))],
    "the same action_id twice": [actions(button(), button("Find"))],
    "the same block_id twice": [actions(button(), block_id="b"), actions(button(), block_id="b")],
    "6 in an overflow": [actions({"type": "overflow", "options": [{"text": plain("A"), "value": "1"}] * 6})],
    "an option's value of 76": [actions({"type": "overflow", "options": [{"text": plain("A"), "value": "A" * 76}]})],
    "101 in a group": [actions(choices(1, 101))],
    "101 groups": [actions(choices(101, 1))],
    "a group of none": [actions(choices(1, 0))],
    "a group without a name": [actions({**choices(0, 0), "option_groups": [{"options": [entry(1)]}]})],
    "options and groups": [actions({**choices(1, 1), "options": [entry(1)]})],
    "an image that says nothing": [{"type": "image", "image_url": "https://x.example/1.png", "alt_text": ""}],
    "an unknown block": [{"type": "hologram"}],
    "rich text of nothing": [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}]}
    ],
    "two tables": [{"type": "table", "rows": [[{"type": "raw_text", "text": "A"}]]}] * 2,
}


@pytest.mark.parametrize("name", TOO_MUCH)
async def test_blocks_beyond_a_limit_are_refused(slack: SlackServer, client: AsyncWebClient, name: str) -> None:
    answer = await refused(client, "chat.postMessage", channel=ROOM, text="Good morning.", blocks=TOO_MUCH[name])
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"]
    assert slack.texts(ROOM, "ana") == []


async def test_blocks_at_every_limit_are_taken(slack: SlackServer, client: AsyncWebClient) -> None:
    options = [{"text": plain("A" * 75), "value": "B" * 75} for _ in range(5)]
    menu = {"type": "overflow", "action_id": "more", "options": options}
    most = [
        section("A" * 3_000),
        {"type": "header", "text": plain("A" * 150)},
        {"type": "context", "elements": [plain("A")] * 10},
        actions(*(button("A" * 75, f"b{n}", value="B" * 2_000) for n in range(24)), menu),
        *(section("A") for _ in range(46)),
    ]
    await posted(client, blocks=most)
    assert len(slack.messages(ROOM, "ana")) == 1


def test_a_form_may_offer_a_hundred_groups_of_a_hundred() -> None:
    menu = {"type": "input", "block_id": "town", "label": plain("Town"), "element": choices(100, 100)}
    check_view({"type": "modal", "title": plain("Town"), "submit": plain("Save"), "blocks": [menu]})


async def test_blocks_of_too_much_in_all_are_too_long(client: AsyncWebClient) -> None:
    blocks = [section("A" * 2_700) for _ in range(5)]
    assert await code_of(client, "chat.postMessage", channel=ROOM, text="A", blocks=blocks) == "msg_blocks_too_long"


async def test_a_long_text_is_cut_when_posted_and_refused_in_an_update(client: AsyncWebClient) -> None:
    ts = await posted(client, "A" * 50_000)
    [message] = (await client.conversations_history(channel=ROOM))["messages"]
    assert len(message["text"]) == 40_000
    assert await code_of(client, "chat.update", channel=ROOM, ts=ts, text="A" * 50_000) == "msg_too_long"


async def test_blocks_can_be_checked_without_a_token(slack: SlackServer) -> None:
    nobody = AsyncWebClient(base_url=slack.api, retry_handlers=[])
    await nobody.api_call("blocks.validate", json={"blocks": [section("A")]})
    assert await code_of(nobody, "blocks.validate", blocks=[section("")]) == "invalid_blocks"


# ---------------------------------------------------------------------------------------------------------------- text


@pytest.mark.parametrize(
    ("text", "shown", "did"),
    [
        ("Good *morning*", "Good morning", ["format:bold"]),
        ("2 * 3 * 4", "2 * 3 * 4", []),
        ("snake_case_name", "snake_case_name", []),
        ("<!channel> look", "!channel look", ["mention:!channel"]),
        ("<@U0ANA> and <#C0MATHS|maths>", "@U0ANA and maths", ["mention:@U0ANA", "mention:#C0MATHS"]),
        ("<https://a.example|A> and <p>", "A and <p>", ["link:https://a.example"]),
        ("see https://a.example", "see https://a.example", ["link:https://a.example"]),
        ("&lt;!channel&gt; &amp;amp;", "<!channel> &amp;", []),
        ("&gt; said", "said", ["format:quote"]),
        ("> said", "said", ["format:quote"]),
        (
            "`code` and ~gone~ and _slanted_",
            "code and gone and slanted",
            ["format:code", "format:italic", "format:strike"],
        ),
    ],
)
def test_markup_does_what_slack_does(text: str, shown: str, did: list[str]) -> None:
    reading = mrkdwn(text)
    assert (reading.text, reading.did) == (shown, did)


async def test_only_markup_is_obeyed(slack: SlackServer, client: AsyncWebClient) -> None:
    hostile = "<!channel> *bold* https://evil.example"
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": hostile}]}
    quiet = {"unfurl_links": False, "unfurl_media": False}
    await posted(client, "Quiet", blocks=[section(hostile), {"type": "rich_text", "elements": [rich]}], **quiet)
    loud = [{"type": "section", "text": {"type": "mrkdwn", "text": hostile}}]
    await posted(client, "Loud", blocks=loud)
    first, second = (read(each) for each in slack.messages(ROOM, "ana"))
    assert (first.text, first.did) == (f"{hostile}\n{hostile}", [])
    assert second.did == ["mention:!channel", "link:https://evil.example", "format:bold", "unfurl:"]


async def test_names_are_mentions_where_that_is_asked_for(slack: SlackServer, client: AsyncWebClient) -> None:
    await posted(client, "Ask @ana in #maths", link_names=True)
    await posted(client, "Ask @ana in #maths")
    first, second = (read(each) for each in slack.messages(ROOM, "ana"))
    assert (first.did, second.did) == (["mention:@ana", "mention:#maths"], [])
