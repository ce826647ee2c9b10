"""Looking after what is in the library: tags, notes, title, kind, removal. One rule for chat and web.

Each act is done in the transaction it is given: the change, its line of history, what it is found by, and the messages
that show it. It returns what is said to whoever did it, and raises Mistake where nothing was changed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.admin_acts import Decided
from bot.domain.events import Person
from bot.domain.history import What
from bot.domain.library import MOST_NOTES, MOST_TAGS, Item, Note
from bot.domain.people import Role
from bot.domain.search.kinds import KINDS
from bot.domain.search.words import run_together
from bot.domain.topic import plain
from bot.errors import Mistake
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.library.entry_words import kind_of
from bot.services.library.history import write_down
from bot.services.library.shelf import show_savers_of
from bot.services.people.admin_acts import decided
from bot.services.people.threshold import as_seen, is_for_all, savers_needed
from bot.services.posts.roundups import mend_roundups
from bot.services.wording import listed

LONGEST_TITLE = 200
MOST_TAGS_ON_AN_ITEM = 5 * MOST_TAGS

NOT_THERE = "This item is no longer in the library."
FOR_SAVERS = "Only people who may save things here can change what is in the library. Ask an admin if you should."
FOR_OWNERS = "Only admins, and whoever looks after Staffroom, can do that."
FOR_YOU_ALONE = "Tags are for colleagues to find things by, and this is kept for you alone. Save it for all first."
NOT_WHILE_ALONE = "This is kept for you alone, and a page is called the same by all. Save it for all first."
NOT_SOUGHT = "A tag needs a letter or a digit, so that colleagues find things by it."
NO_SUCH_NOTE = "This note is no longer there."


async def tag_item(tx: Transaction, person: Person, role: Role, item: str, tags: Sequence[str], *, at: datetime) -> str:
    """`tags` as `parse_tags` gives them. Those that are there stay as they are."""
    if not all(map(run_together, tags)):
        raise Mistake(NOT_SOUGHT)
    known = await _to_change(tx, person, role, item)
    if not known.saver_count:
        raise Mistake(FOR_YOU_ALONE)
    new = [tag for tag in dict.fromkeys(tags) if tag not in known.tags]
    if not new:
        return "These tags were there already."
    if len(known.tags) + len(new) > MOST_TAGS_ON_AN_ITEM:
        raise Mistake(f"An item has at most {MOST_TAGS_ON_AN_ITEM} tags. Take one away first.")
    workspace, by = person.key.workspace, person.key.person
    await tx.library.tag(workspace, item, new, by, at)
    await _write_down(tx, person, item, What.TAGGED, at=at, after=", ".join(new))
    return f"Tagged {listed(new, most=len(new))}."


async def untag_item(
    tx: Transaction, person: Person, role: Role, item: str, tags: Sequence[str], *, at: datetime
) -> str:
    """Raises Mistake also where it has none of these tags."""
    known = await _to_change(tx, person, role, item)
    gone = [tag for tag in dict.fromkeys(tags) if tag in known.tags]
    if not gone:
        raise Mistake(f"It is not tagged {listed(tags)}.")
    await tx.care.untag(person.key.workspace, item, gone)
    await _write_down(tx, person, item, What.UNTAGGED, at=at, before=", ".join(gone))
    await mend_roundups(tx, person.key.workspace, [item], at)
    return f"No longer tagged {listed(gone, most=len(gone))}."


async def note_item(tx: Transaction, person: Person, role: Role, item: str, text: str, *, at: datetime) -> str:
    """Adds a note to those that this person wrote before. `text` is as `parse_note` gives it, and says something.
    Beside what is kept for this person alone, the note is theirs alone, too."""
    known = await _to_change(tx, person, role, item)
    is_private = await is_for_oneself(tx, person, item)
    own = [note for note in known.notes if note.by == person.key.person]
    if any((note.text, note.private) == (text, is_private) for note in own):
        return "Your note says that already."
    if len(own) >= MOST_NOTES:
        raise Mistake(f"You have written {MOST_NOTES} notes about this, and there cannot be more. Change one of them.")
    note = Note(new_id(), person.key.person, text, at, private=is_private)
    await tx.library.note(person.key.workspace, item, note)
    if is_private:
        return "Your note is beside it. Only you see it."
    await _write_down_note(tx, person, item, What.NOTED, note, at=at)
    return "Your note is beside it."


async def change_note(
    tx: Transaction, person: Person, role: Role, item: str, note: str, *, text: str, at: datetime
) -> str:
    """`note` is the id of one that this person wrote; an empty `text` deletes it. Who reads it stays as it is."""
    if not text:
        return await delete_note(tx, person, role, item, note, at=at)
    known = await _to_change(tx, person, role, item)
    before = _note_of(known, note)
    if before.by != person.key.person:
        raise Mistake("Only the person who wrote a note can change it. You can write one of your own.")
    if before.text == text:
        return "Your note says that already."
    after = replace(before, text=text, edited_at=at)
    await tx.library.note(person.key.workspace, item, after)
    if after.private:
        return "Your note is changed. Only you see it."
    await _write_down_note(tx, person, item, What.NOTED, after, before=before.text, at=at)
    await mend_roundups(tx, person.key.workspace, [item], at)
    return "Your note is changed."


async def delete_note(tx: Transaction, person: Person, role: Role, item: str, note: str, *, at: datetime) -> str:
    """`note` is the id of one that this person wrote, for owners also of anybody else's. What it said goes from the
    history, too: a pupil's name may be in it."""
    known = await _to_change(tx, person, role, item)
    gone = _note_of(known, note)
    is_own = gone.by == person.key.person
    if not is_own:
        _require_owner(role)
    await tx.care.drop_note(person.key.workspace, item, note)
    await tx.history.forget_note(person.key.workspace, item, note)
    if not gone.private:
        await _write_down_note(tx, person, item, What.UNNOTED, replace(gone, text=""), at=at)
        await mend_roundups(tx, person.key.workspace, [item], at)
    return "Your note is deleted." if is_own else "The note is deleted."


def parse_title(text: str) -> str:
    """A title as it is kept. Raises Mistake."""
    title = plain(" ".join(text.split()))
    if not title:
        raise Mistake("A title has to say something.")
    if len(title) > LONGEST_TITLE:
        raise Mistake(f"A title has at most {LONGEST_TITLE} characters; this one has {len(title)}.")
    return title


def parse_kind(text: str) -> str:
    """One of `KINDS`, whatever its case. Raises Mistake."""
    kind = text.strip().casefold()
    if kind not in KINDS:
        raise Mistake(f"The kinds are {listed(KINDS, most=len(KINDS))}.")
    return kind


async def retitle(tx: Transaction, person: Person, role: Role, item: str, title: str, *, at: datetime) -> str:
    said = parse_title(title)
    known = await _to_change(tx, person, role, item)
    if not known.saver_count:
        raise Mistake(NOT_WHILE_ALONE)
    if known.title == said:
        return "It is called that already."
    await tx.care.retitle(person.key.workspace, item, said)
    before = known.title if known.is_link else ""  # that of a post names its author, and goes with the post
    await _write_down(tx, person, item, What.RETITLED, at=at, before=before, after=said)
    await mend_roundups(tx, person.key.workspace, [item], at)
    return f"It is called “{said}” now."


async def set_kind(tx: Transaction, person: Person, role: Role, item: str, kind: str, *, at: datetime) -> str:
    chosen = parse_kind(kind)
    known = await _to_change(tx, person, role, item)
    if not known.saver_count:
        raise Mistake(NOT_WHILE_ALONE)
    before = kind_of(known)
    if before == chosen:
        return f"It is {_a(chosen)} already."
    await tx.care.set_kind(person.key.workspace, item, chosen)
    await _write_down(tx, person, item, What.KIND, at=at, before=before, after=chosen)
    await mend_roundups(tx, person.key.workspace, [item], at)
    return f"It is {_a(chosen)} now."


async def remove_item(tx: Transaction, person: Person, role: Role, item: str, *, at: datetime) -> str:
    """For owners, out of every library and off everybody's shelves."""
    _require_owner(role)
    known = await _to_change(tx, person, role, item)
    await _show_without(tx, person.key.workspace, known, at)
    await tx.care.remove(person.key.workspace, item, person.key.person, at)
    await _write_down(tx, person, item, What.REMOVED, at=at)
    await decided(tx, person.key.workspace, person.key.person, Decided.REMOVED, at=at)
    return "Removed from the library. Until it is erased, admins can restore it under /pln removed."


async def restore_item(tx: Transaction, person: Person, role: Role, item: str, *, at: datetime) -> str:
    """For owners. Saves that stood before count again."""
    _require_owner(role)
    workspace = person.key.workspace
    if await tx.care.is_erased(workspace, item):
        raise Mistake("This item was erased, so it cannot be restored. It can be saved again.")
    if not await tx.care.restore(workspace, item):
        raise Mistake("This item is not removed.")
    await _write_down(tx, person, item, What.RESTORED, at=at)
    await decided(tx, workspace, person.key.person, Decided.RESTORED, at=at)
    await show_savers_of(tx, workspace, item, at)
    return "It is in the library again."


async def is_for_oneself(tx: Transaction, person: Person, item: str) -> bool:
    """Whether all that this person keeps of it is for them alone."""
    marks = await tx.library.marks(person.key.workspace, item, person.key.person)
    standing = [mark for mark in marks if mark.stands]
    return bool(standing) and all(mark.private for mark in standing)


async def _write_down(
    tx: Transaction,
    person: Person,
    item: str,
    what: What,
    *,
    at: datetime,
    before: str = "",
    after: str = "",
    note: Note | None = None,
) -> None:
    """With the name of whoever did it, where others may see that."""
    await tx.people.put(person)
    about = {"whose": note.by, "note": note.id} if note else {}
    await write_down(tx, person.key, item, what, at=at, before=before, after=after, **about)


async def _write_down_note(
    tx: Transaction, person: Person, item: str, what: What, note: Note, *, at: datetime, before: str = ""
) -> None:
    await _write_down(tx, person, item, what, at=at, before=before, after=note.text, note=note)


async def _to_change(tx: Transaction, person: Person, role: Role, item: str) -> Item:
    """The item, which nobody else changes until this is done. Raises Mistake where this person may not change it, or
    does not see it."""
    if role is Role.READER:
        raise Mistake(FOR_SAVERS)
    workspace, viewer = person.key.workspace, person.key.person
    await tx.care.hold(workspace, item)
    known = (await tx.library.items(workspace, [item], viewer)).get(item)
    if known is None or known.removed_at:
        raise Mistake(NOT_THERE)
    least = await savers_needed(tx, workspace)
    if may_change(known, least, role):
        return known
    if not await is_for_oneself(tx, person, item):
        raise Mistake(NOT_THERE)
    return as_seen(known, least, viewer)


def may_change(item: Item, least: int, role: Role) -> bool:
    """Whether what is said of it for all is this person's to change, for whom it was read: beside what they keep for
    themselves alone, others' saves are none of theirs."""
    is_theirs = item.saved_by_me and not item.private
    return item.saver_count > 0 and (is_for_all(item, least) or is_theirs or role is Role.OWNER)


def _require_owner(role: Role) -> None:
    if role is not Role.OWNER:
        raise Mistake(FOR_OWNERS)


def _note_of(item: Item, note: str) -> Note:
    """Of those that this person sees, for whom the item was read. Raises Mistake."""
    found = next((each for each in item.notes if each.id == note), None)
    if found is None:
        raise Mistake(NO_SUCH_NOTE)
    return found


def _a(kind: str) -> str:
    """`a video`, `an article`; `of another kind`."""
    if kind == "other":
        return "of another kind"
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}" if kind != "research" else kind


async def _show_without(tx: Transaction, workspace: str, item: Item, at: datetime) -> None:
    """Wants every message that shows it, or says who saved it, to be shown anew."""
    await show_savers_of(tx, workspace, item.id, at)
    messages = await tx.outbox.quoting(workspace, [], [item.id])
    await tx.outbox.refresh(workspace, messages, at)
    await mend_roundups(tx, workspace, [item.id], at)
