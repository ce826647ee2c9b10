"""From content to a message: references become words, read from the store at the moment of sending.

occasion   to whom it is said, and with what abilities
gathered   all that its content refers to, read once
posts, items, digests   what is shown of each
blocks     each part of the content in the blocks of a message
"""

from bot.domain.content import Content, Part, ShowFile, ShowHome
from bot.domain.keys import PersonKey
from bot.ports import Transaction
from bot.services.parts import Parts
from bot.services.saying.files import file_block
from bot.services.saying.labels import told_apart
from bot.services.saying.own_page import own_page
from bot.services.saying.present.blocks import blocks_of
from bot.services.saying.present.gathered import NOTHING, Known, gather
from bot.services.saying.present.occasion import Occasion, occasion_of
from bot.services.saying.summary import in_plain_text
from bot.views import Block, Message

__all__ = ["NOTHING", "Known", "Occasion", "occasion_of", "present", "what_is_shown"]


async def present(
    tx: Transaction, parts: Parts, occasion: Occasion, content: Content, known: Known = NOTHING
) -> Message:
    """The message that says this content now. What was erased meanwhile is left out or said to be gone. Items that are
    `known` were read for this viewer in the same transaction."""
    blocks = await what_is_shown(tx, parts, occasion, content, known)
    return Message(blocks, summary=in_plain_text(blocks))


async def what_is_shown(
    tx: Transaction, parts: Parts, occasion: Occasion, content: Content, known: Known = NOTHING
) -> tuple[Block, ...]:
    """The blocks of that message, for a page that needs no summary."""
    content = await _with_own_pages(tx, parts, occasion, content)
    gathered = await gather(tx, parts, occasion, content, known)
    return (*told_apart(blocks_of(gathered, content)), *await _files(tx, parts, occasion, content))


async def _with_own_pages(tx: Transaction, parts: Parts, occasion: Occasion, content: Content) -> Content:
    """With each person's own page written out."""
    written: list[Part] = []
    for part in content:
        if isinstance(part, ShowHome):
            written.extend(await own_page(tx, parts, occasion.channel.workspace, part.person))
        else:
            written.append(part)
    return tuple(written)


async def _files(tx: Transaction, parts: Parts, occasion: Occasion, content: Content) -> list[Block]:
    """Below all that is said; where several people read there is nothing to give."""
    if occasion.viewer is None:
        return []
    viewer = PersonKey(occasion.channel.workspace, occasion.viewer)
    wanted = [part for part in content if isinstance(part, ShowFile)]
    return [await file_block(tx, parts, viewer, occasion.abilities, part) for part in wanted]
