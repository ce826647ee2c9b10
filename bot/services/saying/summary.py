"""A message as plain text: notifications and screen readers get it where blocks are not read."""

from collections.abc import Iterable, Sequence

from bot.services.wording import cut
from bot.views import Block, Buttons, File, GoneItem, Heading, Hint, LibraryEntry, Link, Paragraph, PostItem, ShownNote

LONGEST_TEXT = 240
"""Of a post: what comes after its wording has to be heard too."""


def in_plain_text(blocks: Iterable[Block]) -> str:
    """All that the message says, a line a part, without its buttons."""
    return "\n".join(line for block in blocks for line in _lines(block))


def _lines(block: Block) -> Sequence[str]:
    match block:
        case Heading(text):
            return [_without_dots(text)]
        case Paragraph(text) | Hint(text):
            return [text]
        case Link(label):
            return [label]
        case GoneItem(number, text):
            return [f"{number}. {_ended(text)}"]
        case LibraryEntry():
            said = (block.title, block.host, block.saved_by, block.tags)
            return [" ".join(_ended(part) for part in said if part), *(each.in_words for each in block.noted)]
        case ShownNote():
            return [block.in_words]
        case PostItem():
            return [_post_line(block)]
        case File(about=about):
            return [about]
        case Buttons():
            return []


def _post_line(item: PostItem) -> str:
    """A sentence after the other, as somebody would read the post aloud."""
    number = f"{item.number}. " if item.number else ""
    who = f"{item.credit.name} (@{item.credit.handle})" if item.credit else item.unsigned
    text, _ = cut(" ".join(item.text.split()), LONGEST_TEXT)
    link = f"Link: {item.resource.title}, {item.resource.host}" if item.resource else ""
    poll = f"Poll: {'; '.join(item.poll)}" if item.poll else ""
    why = f"Why: {_without_dots(item.why)}" if item.why else ""
    said = (text, link, *item.media, poll, why, item.context, item.reply_label, item.saved_by, item.label)
    return " ".join([f"{number}{who}, {item.when}:", *(_ended(part) for part in said if part)])


def _ended(part: str) -> str:
    """As a sentence: without a full stop a voice runs on into the next."""
    part = " ".join(part.split())
    return part if part.endswith((".", "!", "?", "…", "”")) else f"{part}."


def _without_dots(text: str) -> str:
    """Dots between parts are for the eye; a comma is a pause."""
    return text.replace(" · ", ", ")
