"""Lists of the library: what a search finds, tags, and what was removed."""

from collections.abc import Sequence

from bot.domain.content import ShowItem
from bot.domain.library import Item
from bot.domain.search import ALL_ITEMS, Total
from bot.domain.search.kinds import KINDS
from bot.errors import Mistake
from bot.ports.desk import DeskItem, DeskShelf, DeskTag, Filters, Page
from bot.services.library.sought import Looking
from bot.services.people.names import findable_people
from bot.services.people.threshold import savers_needed
from bot.services.web.desk.sitting import Sitting, as_sought, removed_entry
from bot.views import LibraryEntry

MOST_TAGS_OFFERED = 100


async def found(sitting: Sitting, words: str, page: Page, *, mine: bool) -> DeskShelf:
    tx, workspace, person = sitting.tx, sitting.workspace, sitting.person
    needed = await savers_needed(tx, workspace)
    looking = Looking(tx, sitting.parts, sitting.nowhere, person, needed)
    try:
        query = await looking.understood(words) if words else ALL_ITEMS
    except Mistake as mistake:
        return DeskShelf((), Total(0), problem=str(mistake))
    items, total = await tx.library.find(
        workspace,
        query,
        saved_by=person if mine else None,
        viewer=person,
        limit=page.limit,
        offset=page.offset,
        least=1 if mine and query.tree is None else needed,
    )
    meant = "" if total else await looking.perhaps_meant(query)
    return DeskShelf(await _shown(sitting, items, needed, query.text), total, meant or "")


async def taken_out(sitting: Sitting, page: Page) -> DeskShelf:
    removed, total = await sitting.tx.care.removed(sitting.workspace, page.limit, page.offset)
    needed = await savers_needed(sitting.tx, sitting.workspace)
    departments = await sitting.departments()
    rows = [
        sitting.desk_item(await removed_entry(sitting, each.item, each.at), each.item, needed, departments)
        for each in removed
    ]
    return DeskShelf(tuple(rows), Total(total))


async def _shown(sitting: Sitting, items: Sequence[Item], needed: int, sought: str = "") -> tuple[DeskItem, ...]:
    """Those of them that can be shown, each with what pages say of it."""
    by_id = {item.id: item for item in items}
    departments = await sitting.departments()
    blocks = await sitting.blocks(tuple(ShowItem(item, sought) for item in by_id), known=by_id)
    return tuple(
        sitting.desk_item(block, by_id[block.item], needed, departments)
        for block in blocks
        if isinstance(block, LibraryEntry)
    )


async def tags_of(sitting: Sitting) -> Sequence[DeskTag]:
    needed = await savers_needed(sitting.tx, sitting.workspace)
    counts = await sitting.tx.facts.tag_counts(sitting.workspace, needed)
    return [DeskTag(tag, counts[tag]) for tag in sorted(counts)]


async def _findable(sitting: Sitting) -> Sequence[str]:
    """The names of those who agreed to be found by theirs, where names are shown to all."""
    if not await findable_people(sitting.tx, sitting.workspace):
        return ()
    return sorted(set((await sitting.tx.people.findable(sitting.workspace)).values()))


async def filters_of(sitting: Sitting) -> Filters:
    tx, workspace = sitting.tx, sitting.workspace
    channels = await sitting.channels()
    topics = {
        following.topic: None
        for channel in channels
        if channel.owner is None
        for following in await tx.topics.followed(channel.key)
    }
    needed = await savers_needed(tx, workspace)
    return Filters(
        kinds=KINDS,
        departments=tuple((await sitting.departments()).values()),
        channels=tuple(dict.fromkeys(each.name for each in channels if each.owner is None)),
        topics=tuple(as_sought(topic) for topic in topics),
        people=("me", *await _findable(sitting)),
        tags=tuple(sorted(await tx.facts.recent_tags(workspace, MOST_TAGS_OFFERED, needed))),
    )
