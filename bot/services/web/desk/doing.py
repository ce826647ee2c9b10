"""What somebody does at the desk: the same rules as in chats, and at once."""

from bot.domain.department import WORKSPACE, library_key
from bot.domain.keys import PostKey
from bot.domain.library import parse_note, parse_tags
from bot.errors import Mistake
from bot.ports.desk import (
    Act,
    AddTags,
    ChangeNote,
    DeleteNote,
    Done,
    Keep,
    LinkToSave,
    Remove,
    Restore,
    Retitle,
    SetKind,
    Share,
    TakeTag,
    Undo,
    Unshare,
    WriteNote,
)
from bot.services.library.care import (
    FOR_SAVERS,
    NOT_THERE,
    change_note,
    delete_note,
    note_item,
    remove_item,
    restore_item,
    retitle,
    set_kind,
    tag_item,
    untag_item,
)
from bot.services.library.sharing import share_item, unshare_item
from bot.services.library.shelf import Placing, mark_item, save_link, save_post, undo
from bot.services.notice_keys import first_save_key
from bot.services.people.names import BESIDE_YOUR_SAVES, names_policy
from bot.services.people.threshold import is_for_all, may_see, savers_needed
from bot.services.web.desk.past import library_shown_in
from bot.services.web.desk.sitting import Sitting

WEB = "web"
"""The origin of marks that are made on a page."""
NO_TAGS = "Say at least one tag, such as fractions."
NO_NOTE = "Write something first."
NOTHING_SAVED = "You have not saved this, so there is nothing to take back."
GONE = "This post is no longer available, so it was not saved."
NO_DEPARTMENT = "There is no such department here. Choose one of the list."


async def do(sitting: Sitting, item: str, act: Act) -> Done:
    """Raises Mistake, with nothing changed, where it cannot be done."""
    return Done(await _done(sitting, item, act), item)


async def _done(sitting: Sitting, item: str, act: Act) -> str:  # noqa: C901, PLR0912 - a case each
    tx, person, role, at = sitting.tx, sitting.viewer.person, sitting.viewer.role, sitting.now
    match act:
        case AddTags(text):
            return await tag_item(tx, person, role, item, _tags(text), at=at)
        case TakeTag(tag):
            return await untag_item(tx, person, role, item, [tag], at=at)
        case WriteNote(text):
            return await note_item(tx, person, role, item, _note(text), at=at)
        case ChangeNote(key, text):
            return await change_note(tx, person, role, item, key, text=_note(text), at=at)
        case DeleteNote(key):
            return await delete_note(tx, person, role, item, key, at=at)
        case Retitle(title):
            return await retitle(tx, person, role, item, title, at=at)
        case SetKind(kind):
            return await set_kind(tx, person, role, item, kind, at=at)
        case Share(library):
            return await share_item(tx, person, role, item, library, at=at)
        case Unshare(library):
            return await unshare_item(tx, person, role, item, library, at=at)
        case Keep(private):
            return await _keep(sitting, item, private=private)
        case Undo():
            return await _undo(sitting, item)
        case Remove():
            return await remove_item(tx, person, role, item, at=at)
        case Restore():
            return await restore_item(tx, person, role, item, at=at)


def _tags(text: str) -> tuple[str, ...]:
    tags = parse_tags(text)
    if not tags:
        raise Mistake(NO_TAGS)
    return tags


def _note(text: str) -> str:
    note = parse_note(text)
    if not note:
        raise Mistake(NO_NOTE)
    return note


async def _keep(sitting: Sitting, item: str, *, private: bool) -> str:
    """Where it is in libraries of departments only, the save joins it there."""
    _require_saver(sitting)
    known = (await sitting.tx.library.items(sitting.workspace, [item], sitting.person)).get(item)
    needed = await savers_needed(sitting.tx, sitting.workspace)
    if known is None or not may_see(known, needed):
        raise Mistake(NOT_THERE)
    library = WORKSPACE if WORKSPACE in known.libraries else next(iter(known.libraries), WORKSPACE)
    await mark_item(sitting.tx, _placing(sitting, library, private=private), item)
    return await _saved(sitting, item, private=private)


async def _saved(sitting: Sitting, item: str, *, private: bool) -> str:
    if private:
        return "Saved for you alone. Nobody else finds it, and you find it under My saves."
    said = await _where(sitting, item)
    key = first_save_key(sitting.person)
    if await sitting.tx.notices.first_time(sitting.workspace, key, sitting.now):
        policy = await names_policy(sitting.tx, sitting.workspace)
        said += f" You find it again under My saves; {BESIDE_YOUR_SAVES[policy]}."
    return said


async def _where(sitting: Sitting, item: str) -> str:
    needed = await savers_needed(sitting.tx, sitting.workspace)
    known = (await sitting.tx.library.items(sitting.workspace, [item])).get(item) if needed > 1 else None
    if known is None or is_for_all(known, needed):
        return "Saved to the library."
    missing = needed - known.saver_count
    others = "1 more person saves" if missing == 1 else f"{missing} more people save"
    return f"Saved for you. It comes into the library of all once {others} it."


async def _undo(sitting: Sitting, item: str) -> str:
    if not await undo(sitting.tx, sitting.viewer.person.key, item, sitting.now):
        raise Mistake(NOTHING_SAVED)
    return "Your save is taken back."


async def keep_link(sitting: Sitting, link: LinkToSave) -> Done:
    _require_saver(sitting)
    tags, note = parse_tags(link.tags), parse_note(link.note)
    library = await _library(sitting, link.library)
    item = await save_link(sitting.tx, _placing(sitting, library, private=link.private), link.url, link.title)
    told = [await _saved(sitting, item, private=link.private)]
    if tags and not link.private:
        told.append(await _done(sitting, item, AddTags(link.tags)))
    if note:
        told.append(await _done(sitting, item, WriteNote(link.note)))
    return Done(" ".join(told), item)


async def keep_post(sitting: Sitting, digest: str, post: PostKey, *, private: bool) -> Done:
    """Into the library of the department that the digest was for. A form can name any post, and what other workspaces
    read is nobody's business here."""
    _require_saver(sitting)
    library = await library_shown_in(sitting, digest, post)
    if library is None:
        raise Mistake(GONE)
    item = await save_post(sitting.tx, _placing(sitting, library, private=private), post)
    if item is None:
        raise Mistake(GONE)
    return Done(await _saved(sitting, item, private=private), item)


def _placing(sitting: Sitting, library: str, *, private: bool) -> Placing:
    viewer = sitting.viewer
    if private:
        return Placing(viewer.person, WEB, sitting.now, private=True)
    return Placing(viewer.person, WEB, sitting.now, library=library, vouched=sitting.vouches)


async def _library(sitting: Sitting, name: str) -> str:
    """The key of the department of that name. Raises Mistake where there is none."""
    key = library_key(name)
    if key and key not in await sitting.departments():
        raise Mistake(NO_DEPARTMENT)
    return key


def _require_saver(sitting: Sitting) -> None:
    if not sitting.viewer.may_edit:
        raise Mistake(FOR_SAVERS)
