"""What is said about an item of the library, and what can be done with it."""

from bot.domain.actions import (
    change_note,
    choose_library,
    describe_item,
    join_item,
    name_item,
    remove_note,
    share_item,
    show_history,
    show_notes,
    undo_save,
)
from bot.domain.library import Item, Note, savers_in_words
from bot.domain.search import Passage, Sought, kind_of_page, passage
from bot.domain.written import in_plain_words
from bot.ports import Abilities
from bot.services.wording import cut, listed
from bot.views import Button, ShownNote

LONGEST_TITLE_ON_A_BUTTON = 30
ONLY_YOU = "Saved for you alone"


def entry_buttons(item: Item, able: Abilities) -> tuple[Button, ...]:
    """What the person who looks may do with it, whether they saved it or not."""
    if not able.buttons:
        return ()
    title = cut(item.title, LONGEST_TITLE_ON_A_BUTTON)[0]
    undo = Button(f"Undo: {title}", undo_save(item.id).encode())
    describe = Button(f"Tags and note: {title}", describe_item(item.id).encode())
    first = undo if item.saved_by_me else save_button(item)
    return (first, describe) if able.forms else (first,)


def save_button(item: Item) -> Button:
    """For whoever presses it, such as in a channel."""
    return Button(f"Save: {cut(item.title, LONGEST_TITLE_ON_A_BUTTON)[0]}", join_item(item.id).encode())


def entry_menu(item: Item, able: Abilities, share_in: str, *, has_departments: bool = False) -> tuple[Button, ...]:
    """What is wanted seldom. `share_in` is where it can be shown to all, empty where nowhere."""
    title = cut(item.title, LONGEST_TITLE_ON_A_BUTTON)[0]
    share = Button(f"Share in {share_in}: {title}", share_item(item.id).encode())
    notes = (Button(f"Notes: {title}", show_notes(item.id).encode()),) if item.notes else ()
    if item.private:
        return (Button(f"Let colleagues find it: {title}", join_item(item.id).encode()), *notes)
    changes = Button(f"History: {title}", show_history(item.id).encode())
    libraries = Button(f"Put into another library: {title}", choose_library(item.id).encode())
    naming = Button(f"Title and kind: {title}", name_item(item.id).encode())
    return (
        *((share,) if share_in else ()),
        *((libraries,) if has_departments else ()),
        *((naming,) if able.forms else ()),
        *notes,
        changes,
    )


def kind_of(item: Item) -> str:
    """What colleagues say it is, else what its address tells."""
    return item.kind or kind_of_page(item.url)


def tags_in_words(item: Item) -> str:
    """`On the shelf reading group. Tags: fractions, year 9`; the library itself is no shelf."""
    shelves = [shelf for shelf in item.shelves if shelf]
    on = f"On the {'shelf' if len(shelves) == 1 else 'shelves'} {listed(shelves, most=len(shelves))}" if shelves else ""
    return ". ".join(part for part in (on, f"Tags: {', '.join(item.tags)}" if item.tags else "") if part)


def savers_told(item: Item) -> str:
    """Who saved it; whoever keeps it to themselves is told that."""
    return ONLY_YOU if item.private and not item.saver_count else savers_in_words(item.savers, item.saver_count)


def shown_note(note: Note) -> ShownNote:
    """Below the item, among other things."""
    return ShownNote("Your note, for you alone" if note.private else note.name or "A colleague", note.text)


def note_writer(note: Note, *, is_own: bool) -> str:
    """In front of it where people look at notes alone."""
    own = "You, for yourself alone" if note.private else "You"
    return own if is_own else note.name or "A colleague"


def note_buttons(item: Item, note: Note, able: Abilities, *, is_own: bool, governs: bool) -> tuple[Button, ...]:
    """What the person who looks may do with it."""
    if not able.buttons or not (is_own or governs):
        return ()
    first_line = in_plain_words(note.text).partition("\n")[0]
    beginning = f"“{cut(first_line, LONGEST_TITLE_ON_A_BUTTON)[0]}”"
    change = Button(f"Change {beginning}", change_note(item.id, note.id).encode())
    remove = Button(f"Delete {beginning}", remove_note(item.id, note.id).encode())
    return (change, remove) if is_own and (able.forms or able.item_pages) else (remove,)


def found_in(text: str, sought: Sought, most: int) -> Passage:
    """The part of a post in which something was found, else how it begins."""
    return passage(text, sought, most) or Passage(cut(text, most)[0])
