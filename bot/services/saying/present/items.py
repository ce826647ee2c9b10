"""What is shown of an item of the library, and what can be done with it there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.domain.content import ShowNotes
from bot.domain.library import Item, Note, savers_in_words
from bot.domain.links import host_of
from bot.domain.search import NOTHING_SOUGHT, Passage, Sought, as_typed
from bot.services.library.entry_words import (
    entry_buttons,
    entry_menu,
    found_in,
    note_buttons,
    note_writer,
    save_button,
    savers_told,
    shown_note,
    tags_in_words,
)
from bot.services.posts.hiding import NO_LONGER, WITHOUT_TITLE
from bot.services.posts.post_words import as_read
from bot.services.saying.present.gathered import Gathered
from bot.services.saying.present.posts import credit_of
from bot.services.wording import counted, date_in_words, day_in_words
from bot.views import Block, Buttons, Heading, Hint, LibraryEntry, ShownNote

LONGEST_EXCERPT = 200
MOST_NOTES = 3


def item_with_acts(gathered: Gathered, item: Item, typed: str) -> Sequence[Block]:
    """What stands there no longer is only said to be gone. `typed` is the search by which it was found."""
    if not item.saver_count and not item.saved_by_me:
        return [Hint("This item is no longer in the library.")]
    shown = _entry(gathered, item, Sought.by(as_typed(typed)))
    return [_acting(gathered, shown, item) if isinstance(shown, LibraryEntry) else shown]


def notes_with_acts(gathered: Gathered, item: Item, shown: ShowNotes) -> Sequence[Block]:
    """Those that are still there, oldest first."""
    if gathered.why_hidden(item) not in {None, NO_LONGER}:
        return []
    there = [note for note in item.notes if note.id in shown.notes]
    return [block for note in there for block in _note_with_acts(gathered, item, note, governs=shown.governs)]


def _note_with_acts(gathered: Gathered, item: Item, note: Note, *, governs: bool) -> Sequence[Block]:
    occasion, is_own = gathered.occasion, note.by == gathered.occasion.viewer
    day = date_in_words(note.written_at.astimezone(occasion.zone).date())
    changed = ", changed since" if note.edited_at else ""
    said = ShownNote(f"{note_writer(note, is_own=is_own)}, {day}{changed}", note.text)
    buttons = note_buttons(item, note, occasion.abilities, is_own=is_own, governs=governs)
    return [said, Buttons(buttons)] if buttons else [said]


def roundup(gathered: Gathered, items: Sequence[Item], left_out: int, since: date) -> Sequence[Block]:
    """What was hidden, or taken out of the library, is not spoken of. `left_out` is how many more there were."""
    standing = [item for item in items if item.saver_count and _is_worth_a_look(gathered, item)]
    told = f"What colleagues saved, tagged or noted since {day_in_words(since)}."
    more = f" These are {len(standing)} of them, those of most colleagues first." if left_out > 0 else ""
    return [
        Heading(f"The week in the library: {counted(len(standing) + left_out, 'item')}"),
        Hint(told + more),
        *(_look_back(gathered, item) for item in standing),
    ]


def _is_worth_a_look(gathered: Gathered, item: Item) -> bool:
    """Of a post that vanished the page it led to may be left."""
    why = gathered.why_hidden(item)
    return why is None or (why == NO_LONGER and bool(_page_of(gathered, item)))


def _look_back(gathered: Gathered, item: Item) -> Block:
    shown = _entry(gathered, item)
    return _for_good(gathered, shown, item) if isinstance(shown, LibraryEntry) else shown


def _for_good(gathered: Gathered, entry: LibraryEntry, item: Item) -> LibraryEntry:
    """Where nothing can be taken back, nobody is named and nobody's words are shown."""
    if gathered.occasion.abilities.can_take_back:
        return entry
    return replace(entry, text="", marks=(), noted=(), saved_by=savers_in_words((), item.saver_count))


def _acting(gathered: Gathered, entry: LibraryEntry, item: Item) -> LibraryEntry:
    """In a channel it can be saved by everybody; whoever looks alone can do more."""
    occasion, called = gathered.occasion, replace(item, title=entry.title)
    if occasion.viewer is None:
        buttons = (save_button(called),) if occasion.has_buttons else ()
        return replace(_for_good(gathered, entry, item), buttons=buttons)
    if not occasion.abilities.buttons:
        return entry
    is_for_all = gathered.is_for_all(item)
    share_in = gathered.share_in if item.saver_count and is_for_all else ""
    more = gathered.has_departments and is_for_all
    menu = entry_menu(called, occasion.abilities, share_in, has_departments=more) if occasion.has_buttons else ()
    return replace(entry, buttons=entry_buttons(called, occasion.abilities), menu=menu)


def _entry(gathered: Gathered, item: Item, sought: Sought = NOTHING_SOUGHT) -> LibraryEntry | Hint:
    why = gathered.why_hidden(item)
    if why == NO_LONGER:
        return replace(_entry_without_post(gathered, item), sought=sought)
    return _entry_with_post(gathered, item, sought) if why is None else Hint(f"One saved item is {why}.")


def _entry_with_post(gathered: Gathered, item: Item, sought: Sought) -> LibraryEntry:
    post = gathered.post_of(item)
    shown = found_in(as_read(post), sought, LONGEST_EXCERPT) if post else Passage("")
    return replace(
        _bare_entry(gathered, item, item.title, item.url),
        text=shown.text,
        marks=shown.marks,
        sought=sought,
        credit=credit_of(gathered.author_of(post)),
        view_label=f"View on {gathered.source_label(post)}" if post else "",
        view_url=post.url if post else "",
    )


def _entry_without_post(gathered: Gathered, item: Item) -> LibraryEntry:
    """What colleagues said about a post, and the page it led to, stay theirs when it has vanished."""
    page = _page_of(gathered, item)
    return _bare_entry(gathered, item, item.title if page else WITHOUT_TITLE, page)


def _bare_entry(gathered: Gathered, item: Item, title: str, url: str) -> LibraryEntry:
    return LibraryEntry(
        item=item.id,
        title=title,
        url=url,
        host=host_of(url) if url else "",
        when=date_in_words(item.saved_at.astimezone(gathered.occasion.zone).date()),
        saved_by=savers_told(item),
        tags=tags_in_words(item),
        noted=_newest_notes(item),
    )


def _newest_notes(item: Item) -> tuple[ShownNote, ...]:
    told = tuple(shown_note(note) for note in item.notes[-MOST_NOTES:])
    others = len(item.notes) - len(told)
    return (*told, ShownNote("", f"And {counted(others, 'earlier note')}.")) if others else told


def _page_of(gathered: Gathered, item: Item) -> str:
    """Where a saved post led to; empty where that was only the post itself."""
    post = gathered.post_of(item)
    return "" if post and post.url == item.url else item.url
