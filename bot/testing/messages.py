"""Messages to try a chat with."""

from bot.domain.keys import ChannelKey
from bot.ports import Outgoing
from bot.views import (
    Button,
    Buttons,
    Credit,
    GoneItem,
    Heading,
    Hint,
    LibraryEntry,
    Link,
    Message,
    Paragraph,
    PostItem,
    Resource,
)

HOSTILE = (
    "@everyone @here <!channel> <@U123> <#C123>",
    "</p></div></script><script>alert('staff')</script><img src=x onerror=alert(1)>",
    '=HYPERLINK("https://evil.example","click")',
    "*bold* _slanted_ ~gone~ `code` **very** __under__ ||hidden|| > quoted",
    "[a link](https://evil.example) <https://evil.example|another> &lt;b&gt; &amp;amp;",
    "```fence``` {{ 7 * 7 }} {% raw %} ${HOME} %s \\n \\ /pln status",
    "right-to-left \u202e override, zero\u200bwidth, Z\u0351\u0310algo",
)


def sentence(text: str) -> Message:
    return Message((Paragraph(text),), summary=text)


def outgoing(channel: ChannelKey, delivery: str, message: Message | str, private_to: str | None = None) -> Outgoing:
    shown = sentence(message) if isinstance(message, str) else message
    return Outgoing(delivery, channel, shown, private_to=private_to)


def with_buttons(*buttons: Button) -> Message:
    return Message((Paragraph("What would you like to do?"), Buttons(buttons)), summary="What would you like to do?")


def a_post(text: str = "Exit tickets that take two minutes to mark.", number: int | None = 1) -> PostItem:
    return PostItem(
        number=number,
        credit=Credit("Ana Souza", "anateaches", "https://x.example/anateaches"),
        when="2 hours ago",
        text=text,
        resource=Resource("Ten exit tickets", "https://tickets.example/ten", "tickets.example"),
        media=("Picture: three cards on a desk",),
        poll=("Every lesson · 60%", "Once a week · 40%"),
        context="In reply to @mathsbee",
        why="#edchat · has a link",
        url="https://x.example/anateaches/status/1",
        view_label="View on X",
        reply_url="https://x.example/intent/tweet?in_reply_to=1",
        reply_label="Reply on X",
        emoji="1️⃣",
        buttons=(Button(f"Save item {number} by Ana Souza", f"save/d-1/{number}"),),
    )


def a_post_without_text() -> PostItem:
    """As it is given to a chat that could not take it back."""
    full = a_post()
    return PostItem(
        number=full.number,
        credit=full.credit,
        when=full.when,
        text="",
        resource=full.resource,
        media=(),
        poll=(),
        context="",
        why=full.why,
        url=full.url,
        view_label=full.view_label,
    )


def of_every_kind(post: PostItem) -> Message:
    entry = LibraryEntry(
        item="i-1",
        title="Ten exit tickets",
        url="https://tickets.example/ten",
        host="tickets.example",
        when="24 November 2026",
        saved_by="Saved by Ana",
        view_label="View on X",
        view_url="https://x.example/anateaches/status/1",
        buttons=(Button("Undo: Ten exit tickets", "undo/i-1"),),
    )
    blocks = (
        Heading("Tuesday 24 November"),
        Paragraph("One post from #edchat"),
        post,
        GoneItem(2, "no longer available"),
        entry,
        Buttons((Button("My saves", "run/saved"),)),
        Link("Search on X", "https://x.example/search?q=exit%20tickets"),
        Hint("Every post is by its author."),
    )
    return Message(blocks, summary="Tuesday 24 November · 1 post from #edchat")
