"""Files that people get in a chat: what is in them is written when they are sent, for who gets them."""

from bot.domain.content import ShowFile
from bot.domain.exchange import Format, Listing, ListingKind, Written
from bot.domain.keys import PersonKey
from bot.errors import Mistake
from bot.ports import Abilities, Transaction
from bot.services.exchange import written
from bot.services.parts import Parts
from bot.services.people.my_data import MY_DATA, my_data
from bot.views import MOST_BYTES_OF_A_FILE, Block, File, Paragraph

NOT_HERE = "Files cannot be sent in this chat."
TOO_LARGE = (
    "That would be a file of more than 8 megabytes, which is too large to send here. Ask for less, such as one tag: "
    "/pln export #fractions csv."
)


def why_no_files(parts: Parts, workspace: str) -> str:
    """In sentences, where none can be sent there."""
    chat = parts.chat_of(workspace)
    return (chat.why_no_files(workspace) if chat else "") or NOT_HERE


async def file_block(tx: Transaction, parts: Parts, viewer: PersonKey, able: Abilities, part: ShowFile) -> Block:
    """The file, or in a sentence why there is none."""
    if not able.files:
        return Paragraph(why_no_files(parts, viewer.workspace))
    try:
        file = await _contents(tx, parts, viewer, part)
    except Mistake as mistake:
        return Paragraph(str(mistake))
    shown = File(file.name, file.media_type, file.text, part.about)
    return shown if len(shown.bytes) <= MOST_BYTES_OF_A_FILE else Paragraph(TOO_LARGE)


async def _contents(tx: Transaction, parts: Parts, viewer: PersonKey, part: ShowFile) -> Written:
    if part.kind == MY_DATA:
        return await my_data(tx, parts, viewer, part.format)
    what = Listing(ListingKind(part.kind), part.value)
    return await written(tx, parts, viewer, what, Format(part.format))
