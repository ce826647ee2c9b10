"""A message as plain text: notifications and screen readers get it where blocks are not read."""

from collections.abc import Iterable, Sequence

from bot.views import Block, Buttons, GoneItem, Heading, Hint, LibraryEntry, Paragraph, PostItem


def in_plain_text(blocks: Iterable[Block]) -> str:
    """All that the message says, a line a part, without its buttons."""
    return "\n".join(line for block in blocks for line in _lines(block))


def _lines(block: Block) -> Sequence[str]:
    match block:
        case Heading(text) | Paragraph(text) | Hint(text):
            return [text]
        case GoneItem(number, text):
            return [f"{number}. {text}"]
        case LibraryEntry():
            said = (block.title, block.host, block.saved_by, block.tags)
            return [". ".join(part for part in said if part), *block.notes]
        case PostItem():
            return [_post_line(block)]
        case Buttons():
            return []


def _post_line(item: PostItem) -> str:
    number = f"{item.number}. " if item.number else ""
    who = f"{item.credit.name} (@{item.credit.handle})" if item.credit else "A post"
    link = f" {item.resource.title}, {item.resource.host}." if item.resource else ""
    text = " ".join(item.text.split())
    return f"{number}{who}, {item.when}: {text}{link} Why: {item.why}."
