"""All about one item of the library, for somebody who may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.content import ShowItem, ShowPost
from bot.domain.library import Item, Note
from bot.domain.search.terms import field_term
from bot.ports.desk import DeskChange, DeskNote, DeskPage
from bot.services.library.history import by_nobody_known, change_in_words
from bot.services.people.threshold import as_seen, may_see, savers_needed
from bot.services.web.desk.sitting import Sitting, as_sought, removed_entry
from bot.services.wording import counted
from bot.views import LibraryEntry, PostItem

MOST_CHANGES = 50
MOST_POSTS = 10


async def whole(sitting: Sitting, item: str) -> DeskPage | None:
    known = (await sitting.tx.library.items(sitting.workspace, [item], sitting.person)).get(item)
    if known is None:
        return None
    needed = await savers_needed(sitting.tx, sitting.workspace)
    removed_at = await sitting.tx.care.removed_at(sitting.workspace, item)
    if not (sitting.viewer.is_owner if removed_at else may_see(known, needed)):
        return None
    seen, departments = as_seen(known, needed, sitting.person), await sitting.departments()
    if removed_at:
        entry = await removed_entry(sitting, known, removed_at)
        gone = f"Removed on {sitting.day(removed_at)}."
        row = sitting.desk_item(entry, known, needed, departments)
        return DeskPage(
            row, notes=await _notes(sitting, seen.notes), history=await _history(sitting, item), removed=gone
        )
    blocks = await sitting.blocks((ShowItem(item), *_citations(known)), known={item: known})
    shown = next((block for block in blocks if isinstance(block, LibraryEntry)), None)
    if shown is None:
        return None
    shared = await sitting.tx.facts.shared_with(sitting.workspace, item)
    posts = tuple(replace(block, saved_by="") for block in blocks if isinstance(block, PostItem))
    return DeskPage(
        sitting.desk_item(shown, known, needed, departments),
        posts=posts,
        vanished=len(_citations(known)) - len(posts),
        saves=await _saves(sitting, seen),
        notes=await _notes(sitting, seen.notes),
        came_from=await _came_from(sitting, item),
        history=await _history(sitting, item) if seen.saver_count else (),
        could_share=_could_share(seen, departments),
        shared=tuple(departments.get(key, key) for key in shared if key in seen.libraries),
    )


def _could_share(item: Item, departments: Mapping[str, str]) -> tuple[str, ...]:
    """The departments that do not have it yet; of what is kept alone none."""
    return tuple(name for key, name in departments.items() if key not in item.libraries) if item.saver_count else ()


def _citations(item: Item) -> tuple[ShowPost, ...]:
    return tuple(ShowPost(post.source, post.id, "") for post in item.citations[:MOST_POSTS])


async def _saves(sitting: Sitting, item: Item) -> tuple[str, ...]:
    """Who saved it and on which day, and how many more, whom nobody is told. Of what is not in the library of all yet
    only the viewer's own save is told."""
    saves = await sitting.tx.facts.savers(sitting.workspace, item.id)
    told = [save for save in saves if item.saver_count or save[0].key.person == sitting.person]
    names = await sitting.known_names([person.key.person for person, _ in told])
    named = [
        f"{names[person.key.person]}, {sitting.day(since)}" for person, since in told if person.key.person in names
    ]
    others = len(told) - len(named)
    return (*named, *([counted(others, "colleague")] if others else []))


async def _notes(sitting: Sitting, notes: Sequence[Note]) -> tuple[DeskNote, ...]:
    names = await sitting.names([note.by for note in notes])
    return tuple(
        DeskNote(
            key=note.id,
            by=names[note.by],
            text=note.text,
            when=sitting.day(note.written_at),
            changed=sitting.day(note.edited_at) if note.edited_at else "",
            is_mine=note.by == sitting.person,
            is_private=note.private,
        )
        for note in notes
    )


async def _came_from(sitting: Sitting, item: str) -> tuple[tuple[str, str], ...]:
    """Only what this person may know of: topics and channels of others are nobody's business here."""
    origins = await sitting.tx.facts.origins(sitting.workspace, item)
    open_to_all = [each for each in await sitting.channels() if each.owner is None]
    followed = {each.topic for channel in open_to_all for each in await sitting.tx.topics.followed(channel.key)}
    topics = [topic for topic in origins.topics if topic in followed]
    channels = [each for each in open_to_all if each.key in origins.channels]
    return (
        *((field_term("from", as_sought(topic)), topic.label) for topic in topics),
        *((field_term("in", channel.name), channel.name) for channel in channels),
    )


async def _history(sitting: Sitting, item: str) -> tuple[DeskChange, ...]:
    changes, _ = await sitting.tx.history.of_item(sitting.workspace, item, MOST_CHANGES, 0)
    names, departments = await sitting.names([change.by for change in changes]), await sitting.departments()
    who = [names[each.by] if each.by else by_nobody_known(each) for each in changes]
    return tuple(
        DeskChange(sitting.day(each.at), _ended(change_in_words(each, by, departments)))
        for each, by in zip(changes, who, strict=True)
    )


def _ended(sentence: str) -> str:
    """With a full stop, unless what somebody wrote ends it."""
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."
