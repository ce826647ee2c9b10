"""Digests of every size, in both layouts, with the longest posts: all that the engine makes of them fits."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from adapters.discord.show import render as discord
from adapters.slack.show import limits
from adapters.slack.show import render as slack
from bot.domain.channel import Layout
from bot.domain.harmless import length
from bot.domain.post import Link, Media, MediaKind
from bot.views import Message, PostItem
from tests.fakes.chat import Shown
from tests.rigs.discord_server_components import Part, check_components, parts_of
from tests.rigs.discord_server_text import read_components
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, School, school
from tests.rigs.slack_server_blocks import check_message_blocks

Json = dict[str, Any]

SIZES = range(1, 11)


async def morning(our: School, size: int, layout: Layout) -> list[Shown]:
    """What the channel is shown of a digest of so many posts, each as long as a post can be."""
    await our.open_channel()
    await our.say("ana", f"/pln size {size}")
    await our.say("ana", f"/pln layout {layout}")
    await our.plan()
    our.clock.set(HALF_PAST_SEVEN)
    for number in range(size):
        write_at_length(our, number)
    before = len(our.chat.messages)
    await our.at(HALF_PAST_SEVEN)
    return [each for each in our.chat.messages[before:] if each.channel == STAFF]


def write_at_length(our: School, number: int) -> None:
    words = (sha256(f"{number} {n}".encode()).hexdigest()[:9] for n in range(2_500))
    our.write(
        f"{next(words)}: what the pupils of my class tried. {' '.join(words)} & <more>",
        author_id=f"teacher-{number}",
        created_at=our.clock.now() - timedelta(minutes=number + 1),
        links=(Link(f"https://resources.example/{number}/" + "long/" * 300, title="A title without end " * 200),),
        media=tuple(Media(MediaKind.PHOTO, "A picture that shows everything " * 60) for _ in range(4)),
        poll=("An answer as long as answers get",) * 4,
        reply_url=f"https://x.example/intent/tweet?in_reply_to={number}",
    )


def items_of(messages: list[Message]) -> list[PostItem]:
    return [block for message in messages for block in message.blocks if isinstance(block, PostItem)]


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("size", SIZES)
async def test_a_digest_of_every_size_fits_with_every_link_and_button(size: int, layout: Layout) -> None:
    async with school() as our:
        messages = [each.message for each in await morning(our, size, layout)]
        items = items_of(messages)
        assert [item.number for item in items] == list(range(1, size + 1))
        assert {item.view_label for item in items} == {"More on X"}
        assert all(item.text.endswith("…") for item in items)
        fits_into_slack(messages, size)
        fits_into_discord(messages, size)


def fits_into_slack(messages: list[Message], size: int) -> None:
    sent = [slack.render(message) for message in messages]
    for each in sent:
        check_message_blocks(each.blocks)
        assert len(each.blocks) <= limits.MESSAGE_BLOCKS
        assert limits.weight(each.blocks) <= limits.ALL_STRINGS
        assert length(each.text) <= limits.FALLBACK
    shown = "".join(str(each.blocks) for each in sent)
    assert shown.count("More on X") == size
    assert shown.count("Save item ") == size
    heard = "".join(each.text for each in sent)
    assert all(f"{number}. Author" in heard for number in range(1, size + 1))


def fits_into_discord(messages: list[Message], size: int) -> None:
    sent: list[list[Json]] = [
        discord.render(message, "d-1").to_components()  # type: ignore[no-untyped-call]
        for message in messages
    ]
    for each in sent:
        check_components(each, is_v2=True)
        assert sum(length(part["content"]) for part in parts_of(each) if part["type"] == Part.TEXT) <= 4_000
    shown = "\n".join(read_components(each).text for each in sent)
    assert shown.count("More on X") == size
    assert shown.count("Save item ") == size
    assert all(f"{number}.  Author" in shown for number in range(1, size + 1))
