from typing import Any

from sqlalchemy import Row, delete, func, select

from adapters.database.statements import Statements
from adapters.database.tables import Less as LessRow
from adapters.database.tables import Rule as RuleRow
from bot.domain.keys import ChannelKey
from bot.domain.rules import Less, Rule, RuleKind


class RuleRepository:
    def __init__(self, db: Statements) -> None:
        self._db = db

    async def put(self, rule: Rule) -> bool:
        is_new = await self._db.run(self._db.insert(RuleRow).values(_row_of(rule)).on_conflict_do_nothing()) == 1
        if is_new and rule.kind is RuleKind.TOPICS:
            in_its_place = RuleRow.workspace_id == rule.workspace, RuleRow.channel_id == rule.channel
            others = RuleRow.kind == rule.kind, RuleRow.value != rule.value
            await self._db.run(delete(RuleRow).where(*in_its_place, *others))
        return is_new

    async def remove(self, workspace: str, channel: str, kind: RuleKind, value: str) -> bool:
        there = RuleRow.workspace_id == workspace, RuleRow.channel_id == channel
        this = delete(RuleRow).where(*there, RuleRow.kind == kind, RuleRow.value == value)
        return await self._db.run(this) == 1

    async def of(self, workspace: str) -> list[Rule]:
        rows = await self._db.rows(select(RuleRow).where(RuleRow.workspace_id == workspace))
        rules = (_rule_of(row) for row in rows)
        return sorted(rules, key=lambda rule: (rule.made_at, rule.channel, rule.kind, rule.value))

    async def ask_for_less(self, less: Less) -> None:
        row = {
            "workspace_id": less.workspace,
            "channel_id": less.channel,
            "person_id": less.person,
            "source": less.source,
            "post_id": less.post_id,
            "author_id": less.author_id,
            "asked_at": less.at,
        }
        await self._db.add(LessRow, [row])

    async def take_back_less(self, less: Less) -> None:
        there = LessRow.workspace_id == less.workspace, LessRow.channel_id == less.channel
        this = LessRow.person_id == less.person, LessRow.source == less.source, LessRow.post_id == less.post_id
        await self._db.run(delete(LessRow).where(*there, *this))

    async def less_of(self, channel: ChannelKey) -> dict[tuple[str, str], int]:
        people = func.count(LessRow.person_id.distinct()).label("people")
        there = LessRow.workspace_id == channel.workspace, LessRow.channel_id == channel.channel
        by_author = select(LessRow.source, LessRow.author_id, people).where(*there)
        rows = await self._db.rows(by_author.group_by(LessRow.source, LessRow.author_id))
        return {(row.source, row.author_id): row.people for row in rows}


def _row_of(rule: Rule) -> dict[str, object]:
    return {
        "workspace_id": rule.workspace,
        "channel_id": rule.channel,
        "kind": rule.kind,
        "value": rule.value,
        "made_by": rule.by,
        "made_at": rule.made_at,
    }


def _rule_of(row: Row[Any]) -> Rule:
    return Rule(row.workspace_id, row.channel_id, RuleKind(row.kind), row.value, row.made_by, row.made_at)
