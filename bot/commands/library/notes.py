"""all notes of an item, and what people do with their own"""

from collections.abc import Mapping

from bot.commands.context import Answer, Asked, in_one
from bot.commands.library.items import seen_item
from bot.commands.paging import page_of
from bot.commands.rights import may, require, role_here
from bot.domain.actions import describe_item, show_notes
from bot.domain.content import AskForm, Say, ShowItem, ShowNotes, say
from bot.domain.library import parse_note
from bot.domain.people import Right
from bot.services.library.care import change_note, delete_note
from bot.services.saying.forms import NOTE, FormState
from bot.services.wording import counted, cut

NOTES_AT_ONCE = 3
"""So many of the longest fit into one message everywhere."""
LONGEST_TITLE_IN_A_HEADING = 80


async def show(asked: Asked, item: str) -> Answer:
    known, page = await seen_item(asked, item), page_of(asked, NOTES_AT_ONCE)
    total = len(known.notes)
    shown = known.notes[page.offset : page.offset + page.size]
    buttons = [(way.label, show_notes(item, way.page).encode()) for way in page.ways("", total)]
    if asked.able.forms:
        buttons.append(("Write a note", describe_item(item).encode()))
    called = cut(known.title, LONGEST_TITLE_IN_A_HEADING)[0]
    heading = Say(f"{counted(total, 'note')} about “{called}”{page.part(len(shown), total)}", "heading")
    notes = ShowNotes(item, tuple(note.id for note in shown), governs=await may(asked, Right.GOVERN))
    return Answer((heading, notes, *in_one(buttons)))


async def change(asked: Asked, item: str, note: str) -> Answer:
    """Opens the form for it, or shows the way to its page."""
    await require(asked, Right.SAVE)
    known = await seen_item(asked, item)
    if asked.able.item_pages and not asked.able.forms:
        return Answer((Say("Open Details: there your notes can be changed."), ShowItem(item)))
    how = say("A note is changed in a form, which cannot be opened here. Delete it instead, and write it anew.")
    return Answer(how, form=AskForm(NOTE, FormState(item=known.id, note=note).written(), again=""))


async def note_filled(asked: Asked, state: FormState, values: Mapping[str, str]) -> Answer:
    known, text, role = await seen_item(asked, state.item), parse_note(values.get("note", "")), await role_here(asked)
    return Answer(say(await change_note(asked.tx, asked.person, role, known.id, state.note, text=text, at=asked.at)))


async def remove(asked: Asked, item: str, note: str) -> Answer:
    await require(asked, Right.SAVE)
    known, role = await seen_item(asked, item), await role_here(asked)
    return Answer(say(await delete_note(asked.tx, asked.person, role, known.id, note, at=asked.at)))
