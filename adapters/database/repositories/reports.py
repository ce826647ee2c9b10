from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, select, tuple_, update

from adapters.database.statements import Statements
from adapters.database.tables import Item as ItemRow
from adapters.database.tables import Report as ReportRow
from bot.domain.keys import PostKey
from bot.domain.rules import Verdict

HIDES = ReportRow.verdict != Verdict.RESTORED


def items_hidden(workspace: str) -> Select[str]:
    """The ids of the items whose post is hidden. Few are: a join would make SQLite look at every item."""
    hidden = select(ReportRow.source, ReportRow.post_id).where(ReportRow.workspace_id == workspace, HIDES)
    of_them = tuple_(ItemRow.post_source, ItemRow.post_id).in_(hidden)
    return select(ItemRow.id).where(ItemRow.workspace_id == workspace, of_them)


class ReportRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def open(self, workspace: str, post: PostKey, by: str, at: datetime) -> bool:
        """One that was restored may be reported again."""
        anew = {"verdict": Verdict.OPEN, "opened_by": by, "opened_at": at, "settled_by": "", "settled_at": None}
        report = self._db.insert(ReportRow).values(workspace_id=workspace, source=post.source, post_id=post.id, **anew)
        key = ["workspace_id", "source", "post_id"]
        restored = ReportRow.verdict == Verdict.RESTORED
        return await self._db.run(report.on_conflict_do_update(index_elements=key, set_=anew, where=restored)) == 1

    async def settle(self, workspace: str, post: PostKey, verdict: Verdict, by: str, at: datetime) -> bool:
        this = ReportRow.workspace_id == workspace, ReportRow.source == post.source, ReportRow.post_id == post.id
        settled = update(ReportRow).where(*this, ReportRow.verdict == Verdict.OPEN)
        return await self._db.run(settled.values(verdict=verdict, settled_by=by, settled_at=at)) == 1

    async def reopen(self, workspace: str, post: PostKey) -> bool:
        this = ReportRow.workspace_id == workspace, ReportRow.source == post.source, ReportRow.post_id == post.id
        settled = update(ReportRow).where(*this, ReportRow.verdict != Verdict.OPEN)
        return await self._db.run(settled.values(verdict=Verdict.OPEN, settled_by="", settled_at=None)) == 1

    async def hidden(self, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, Verdict]:
        """Few are: all of them are read, however many are asked about."""
        rows = await self._db.rows(select(ReportRow).where(ReportRow.workspace_id == workspace, HIDES))
        hidden = {PostKey(row.source, row.post_id): Verdict(row.verdict) for row in rows}
        return {post: hidden[post] for post in posts if post in hidden}

    async def waiting(self, workspace: str) -> list[PostKey]:
        is_open = ReportRow.workspace_id == workspace, ReportRow.verdict == Verdict.OPEN
        rows = await self._db.rows(select(ReportRow).where(*is_open))
        oldest_first = sorted(rows, key=lambda row: (row.opened_at, row.source, row.post_id))
        return [PostKey(row.source, row.post_id) for row in oldest_first]
