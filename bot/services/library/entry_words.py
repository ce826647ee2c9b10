"""What is said about an item of the library, and what can be done with it."""

from bot.domain.actions import choose_library, describe_item, join_item, share_item, show_history, undo_save
from bot.domain.library import Item, Note, savers_in_words
from bot.domain.search import Passage, as_typed, passage
from bot.ports import Abilities
from bot.services.wording import cut, listed
from bot.views import Button

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


def entry_menu(item: Item, share_in: str, *, has_departments: bool = False) -> tuple[Button, ...]:
    """What is wanted seldom. `share_in` is where it can be shown to all, empty where nowhere."""
    title = cut(item.title, LONGEST_TITLE_ON_A_BUTTON)[0]
    share = Button(f"Share in {share_in}: {title}", share_item(item.id).encode())
    if item.private:
        return (Button(f"Let colleagues find it: {title}", join_item(item.id).encode()),)
    changes = Button(f"History: {title}", show_history(item.id).encode())
    libraries = Button(f"Put into another library: {title}", choose_library(item.id).encode())
    return (*((share,) if share_in else ()), *((libraries,) if has_departments else ()), changes)


def tags_in_words(item: Item) -> str:
    """`On the shelf reading group. Tags: fractions, year 9`; the library itself is no shelf."""
    shelves = [shelf for shelf in item.shelves if shelf]
    on = f"On the {'shelf' if len(shelves) == 1 else 'shelves'} {listed(shelves, most=len(shelves))}" if shelves else ""
    return ". ".join(part for part in (on, f"Tags: {', '.join(item.tags)}" if item.tags else "") if part)


def savers_told(item: Item) -> str:
    """Who saved it; whoever keeps it to themselves is told that."""
    return ONLY_YOU if item.private and not item.saver_count else savers_in_words(item.savers, item.saver_count)


def note_in_words(note: Note) -> str:
    if note.private:
        return f"Your note, for you alone: {note.text}"
    return f"{note.name or 'A colleague'}: {note.text}"


def found_in(text: str, sought: str, most: int) -> Passage:
    """The part of a post in which something was found, else how it begins."""
    found = passage(text, as_typed(sought), most) if sought else None
    return found or Passage(cut(text, most)[0])
