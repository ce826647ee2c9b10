"""A staff room as it looks on a Tuesday morning: a digest, what people did with it, and a library. All invented."""

from bot.domain.keys import ChannelKey
from bot.ports import Outgoing
from bot.views import (
    Button,
    Buttons,
    Credit,
    GoneItem,
    Heading,
    Hint,
    Message,
    Paragraph,
    PostItem,
    Resource,
)
from tests.rigs.web import WebRig
from tests.rigs.web_library import fill_library

KEYCAPS = ("1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣")


def _post(
    number: int,
    author: Credit,
    when: str,
    text: str,
    *,
    why: str,
    resource: Resource | None = None,
    media: tuple[str, ...] = (),
    poll: tuple[str, ...] = (),
    saved_by: str = "",
    is_question: bool = False,
) -> PostItem:
    return PostItem(
        number=number,
        credit=author,
        when=when,
        text=text,
        resource=resource,
        media=media,
        poll=poll,
        context="Perhaps somebody here can help." if is_question else "",
        why=why,
        url=f"https://x.com/{author.handle}/status/18{number}",
        view_label="View on X",
        reply_url=f"https://x.com/intent/tweet?in_reply_to=18{number}" if is_question else "",
        reply_label="Reply on X" if is_question else "",
        label="Invented sample post",
        saved_by=saved_by,
        emoji=KEYCAPS[number - 1],
        buttons=(Button(f"Save item {number} by {author.name}", f"save/d-digest/{number}"),),
    )


def _author(name: str, handle: str) -> Credit:
    return Credit(name, handle, f"https://x.com/{handle}")


POSTS = (
    _post(
        1,
        _author("Ana Souza", "anateachesmaths"),
        "yesterday, 16:12",
        "Exit tickets that take two minutes to mark: one question, three boxes (got it, nearly, help).\n\n"
        "I sort them into piles while the next class comes in. Templates for years 5 to 9 in here. #edchat",
        why="#edchat · 214 likes, 61 reposts and 18 replies · has a link",
        resource=Resource(
            "Ten exit tickets you can mark while they line up", "https://tickets.example/ten", "tickets.example"
        ),
        saved_by="Saved by Priya and 1 colleague",
    ),
    _post(
        2,
        _author("Rosa Lindqvist", "mslindqvist"),
        "yesterday, 19:40",
        "We stopped teaching the “butterfly method” this term. Fraction bars on every table, and suddenly they argue "
        "about *why*. #mathchat",
        why="#mathchat · 97 likes and 22 reposts",
        media=("Picture: two paper fraction bars side by side, three quarters lined up with six eighths",),
    ),
    _post(
        3,
        _author("Tomás Ó Briain", "tob_science"),
        "yesterday, 21:05",
        "How often do you let them redo a lab report?",
        why="#scichat · 2 likes",
        is_question=True,
        poll=("Always, until it is right · 46%", "Once · 38%", "Never, but I comment · 16%"),
    ),
)


def digest() -> Message:
    heading = "Tuesday 24 November · 4 posts from #edchat, #mathchat and 1 more"
    blocks = (Heading(heading), *POSTS, GoneItem(4, "no longer available"))
    return Message(blocks, summary=heading)


def answer() -> Message:
    blocks = (
        Paragraph("Saved: “Ten exit tickets you can mark while they line up”. Colleagues see your name with it."),
        Buttons((Button("Undo", "undo/i-1"), Button("My saves", "run/saved"))),
        Hint("Everybody in this channel finds it in the library."),
    )
    return Message(blocks, summary="Saved: Ten exit tickets you can mark while they line up.")


async def furnish(rig: WebRig) -> str:
    """Puts the digest up, with the bot's reactions, and fills the library; returns the digest's reference."""
    await fill_library(rig)
    return await put_up(rig, "d-digest", digest(), seeds=KEYCAPS[:3])


async def put_up(
    rig: WebRig, delivery: str, message: Message, *, private_to: str | None = None, seeds: tuple[str, ...] = ()
) -> str:
    reference = await rig.chat.send(Outgoing(delivery, _channel(rig), message, private_to=private_to))
    assert reference
    if seeds:
        await rig.chat.seed(_channel(rig), reference, seeds)
    return reference


def _channel(rig: WebRig) -> ChannelKey:
    return rig.channel
