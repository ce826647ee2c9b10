from collections.abc import Collection
from datetime import datetime
from functools import partial

from sqlalchemy import BindParameter, ColumnElement, Select, Update, any_, func, not_, select, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute

from adapters.database.repositories.citations import HIDES, CitationTable
from adapters.database.statements import Insert, Statements
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Report as ReportRow
from bot.domain.keys import PostKey
from bot.domain.rules import Verdict


def items_hidden(workspace: str | BindParameter[str]) -> Select[str]:
    """The ids of the items whose post is hidden. Few are: a join would make SQLite look at every item."""
    return select(ItemRow.id).where(ItemRow.workspace_id == workspace, is_hidden(workspace))


def is_not_among_hidden(
    id_: InstrumentedAttribute[str], workspace: str | BindParameter[str], *, on_postgresql: bool
) -> ColumnElement[bool]:
    """PostgreSQL is given them as an array: of a list of its own it thinks that every look costs as much as making it,
    and goes through the whole table instead."""
    hidden = items_hidden(workspace)
    return not_(id_ == any_(func.array(hidden.scalar_subquery()))) if on_postgresql else id_.not_in(hidden)


def is_hidden(workspace: str | BindParameter[str]) -> ColumnElement[bool]:
    """Whether the item's post is."""
    hidden = select(ReportRow.source, ReportRow.post_id).where(ReportRow.workspace_id == workspace, HIDES)
    return tuple_(ItemRow.post_source, ItemRow.post_id).in_(hidden)


class ReportRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db
        self._citations = CitationTable(db)

    async def open(self, workspace: str, post: PostKey, by: str, at: datetime) -> bool:
        """One that was restored may be reported again."""
        anew = {"verdict": Verdict.OPEN, "opened_by": by, "opened_at": at, "settled_by": "", "settled_at": None}
        report = self._db.insert(ReportRow).values(workspace_id=workspace, source=post.source, post_id=post.id, **anew)
        key = ["workspace_id", "source", "post_id"]
        restored = ReportRow.verdict == Verdict.RESTORED
        return await self._decide(
            workspace, post, report.on_conflict_do_update(index_elements=key, set_=anew, where=restored)
        )

    async def settle(self, workspace: str, post: PostKey, verdict: Verdict, by: str, at: datetime) -> bool:
        this = ReportRow.workspace_id == workspace, ReportRow.source == post.source, ReportRow.post_id == post.id
        settled = update(ReportRow).where(*this, ReportRow.verdict == Verdict.OPEN)
        return await self._decide(workspace, post, settled.values(verdict=verdict, settled_by=by, settled_at=at))

    async def reopen(self, workspace: str, post: PostKey) -> bool:
        this = ReportRow.workspace_id == workspace, ReportRow.source == post.source, ReportRow.post_id == post.id
        settled = update(ReportRow).where(*this, ReportRow.verdict != Verdict.OPEN)
        return await self._decide(workspace, post, settled.values(verdict=Verdict.OPEN, settled_by="", settled_at=None))

    async def _decide(self, workspace: str, post: PostKey, decision: Insert | Update) -> bool:
        """Where other posts lead to the same page, another one is shown from now on, and it is found by those alone."""
        is_new = await self._db.run(decision) == 1
        await self._citations.show_newest([post])
        await self._db.index(workspace, await self._citations.items_of(workspace, post))
        return is_new

    async def hidden(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, Verdict]:
        """Few are: all of them are read, however many are asked about."""
        if not posts:
            return {}
        hidden = await self._db.once(("hidden", workspace), partial(self._all_hidden, workspace))
        return {post: hidden[post] for post in posts if post in hidden}

    async def _all_hidden(self, workspace: str) -> dict[PostKey, Verdict]:
        rows = await self._db.rows(select(ReportRow).where(ReportRow.workspace_id == workspace, HIDES))
        return {PostKey(row.source, row.post_id): Verdict(row.verdict) for row in rows}

    async def waiting(self, workspace: str) -> list[PostKey]:
        is_open = ReportRow.workspace_id == workspace, ReportRow.verdict == Verdict.OPEN
        rows = await self._db.rows(select(ReportRow).where(*is_open))
        oldest_first = sorted(rows, key=lambda row: (row.opened_at, row.source, row.post_id))
        return [PostKey(row.source, row.post_id) for row in oldest_first]
