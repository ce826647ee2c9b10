"""A long answer in several messages: between its blocks, and inside a paragraph between its lines."""

from collections.abc import Callable, Iterator, Sequence

from adapters.discord.show import limits
from bot.domain.harmless import clean, length
from bot.views import Block, Heading, Paragraph

_LONGEST_PART = limits.TEXT // 3


def in_messages(blocks: Sequence[Block], fits: Callable[[Sequence[Block]], bool]) -> list[tuple[Block, ...]]:
    """At most so many as an answer may have. What `fits` not stands alone below its heading, or in the last."""
    if fits(blocks):
        return [tuple(blocks)]
    messages: list[list[Block]] = [[]]
    for block in (part for each in blocks for part in _parts_of(each)):
        is_begun = any(not isinstance(each, Heading) for each in messages[-1])
        if is_begun and len(messages) < limits.MESSAGES and not fits([*messages[-1], block]):
            messages.append(_headings_taken_from(messages[-1]))
        messages[-1].append(block)
    return [tuple(each) for each in messages if each]


def _headings_taken_from(blocks: list[Block]) -> list[Block]:
    """A heading stands above what it is about."""
    taken: list[Block] = []
    while len(blocks) > 1 and isinstance(blocks[-1], Heading):
        taken.insert(0, blocks.pop())
    return taken


def _parts_of(block: Block) -> Iterator[Block]:
    if not isinstance(block, Paragraph) or length(block.text) <= _LONGEST_PART:
        yield block
        return
    part = ""
    for line in _short_lines(clean(block.text)):
        if part and length(part) + length(line) > _LONGEST_PART:
            yield Paragraph(part)
            part = ""
        part = f"{part}\n{line}" if part else line
    yield Paragraph(part)


def _short_lines(text: str) -> Iterator[str]:
    """No line is longer than a part; what is longer is parted at a word."""
    for line in text.split("\n"):
        rest = line
        while length(rest) > _LONGEST_PART:
            at = rest.rfind(" ", 1, _LONGEST_PART // 2)
            at = at if at > 0 else _LONGEST_PART // 2
            yield rest[:at]
            rest = rest[at:].lstrip()
        yield rest
