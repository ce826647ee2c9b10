"""What is said about an item of the library, and what can be done with it."""

from bot.domain.actions import describe_item, undo_save
from bot.domain.library import Item, Note
from bot.domain.search import Passage, as_typed, passage
from bot.ports import Abilities
from bot.services.wording import cut, listed
from bot.views import Button

LONGEST_TITLE_ON_A_BUTTON = 40


def entry_buttons(item: Item, able: Abilities) -> tuple[Button, ...]:
    """What the person who looks may do with a save of theirs."""
    if not item.saved_by_me or not able.buttons:
        return ()
    title = cut(item.title, LONGEST_TITLE_ON_A_BUTTON)[0]
    undo = Button(f"Undo: {title}", undo_save(item.id).encode())
    describe = Button(f"Tags and note: {title}", describe_item(item.id).encode())
    return (undo, describe) if able.forms else (undo,)


def tags_in_words(item: Item) -> str:
    """`On the shelf reading group. Tags: fractions, year 9`; the library itself is no shelf."""
    shelves = [shelf for shelf in item.shelves if shelf]
    on = f"On the {'shelf' if len(shelves) == 1 else 'shelves'} {listed(shelves, most=len(shelves))}" if shelves else ""
    return ". ".join(part for part in (on, f"Tags: {', '.join(item.tags)}" if item.tags else "") if part)


def note_in_words(note: Note) -> str:
    return f"{note.name or 'A colleague'}: {note.text}"


def found_in(text: str, sought: str, most: int) -> Passage:
    """The part of a post in which something was found, else how it begins."""
    found = passage(text, as_typed(sought), most) if sought else None
    return found or Passage(cut(text, most)[0])
