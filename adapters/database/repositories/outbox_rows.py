"""Rows of the outbox: what they say, which of them may be claimed, and how."""

import json
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, and_, bindparam, case, func, not_, or_, select, update
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningUpdate

from adapters.database.statements import Statements, claiming, free
from adapters.database.tables import BEHIND
from adapters.database.tables import Delivery as DeliveryRow
from adapters.database.text import storable, storable_text
from adapters.database.types import PlainText, UtcDateTime
from bot.domain.content import Say, content_from_json, content_to_json
from bot.domain.delivery import Delivery, DeliveryState, Lane, NewDelivery, Surface
from bot.domain.events import ReplyHandle
from bot.domain.keys import ChannelKey, PersonKey

UNSENT = (DeliveryState.QUEUED, DeliveryState.UNCERTAIN, DeliveryState.SENDING)

STATE_ONCE_CLAIMED = case(
    (DeliveryRow.state == DeliveryState.QUEUED, DeliveryState.SENDING.value),
    (DeliveryRow.state == DeliveryState.SENDING, DeliveryState.UNCERTAIN.value),
    else_=DeliveryRow.state,
)

_IS_ANSWER = or_(
    DeliveryRow.private_to.is_not(None),
    DeliveryRow.reply_value.is_not(None),
    DeliveryRow.surface != Surface.MESSAGE,
)
_IN_LANE: dict[Lane, ColumnElement[bool]] = {
    Lane.ANSWERS: and_(DeliveryRow.state.in_((*UNSENT, DeliveryState.SHOWN)), _IS_ANSWER),
    Lane.MESSAGES: and_(DeliveryRow.state.in_(UNSENT), not_(_IS_ANSWER)),
    Lane.EDITS: and_(DeliveryRow.state == DeliveryState.SHOWN, not_(_IS_ANSWER)),
}

_WAS_SHOWN = or_(DeliveryRow.last_shown_at.is_not(None), DeliveryRow.shown_at.is_not(None))
_POLITE_AT = case((_WAS_SHOWN, DeliveryRow.not_before))
_DUE_AT = case(
    (DeliveryRow.next_attempt_at > _POLITE_AT, DeliveryRow.next_attempt_at),
    else_=func.coalesce(_POLITE_AT, DeliveryRow.next_attempt_at),
)
"""The later of the two times that a delivery may wait for; NULL where it waits for none."""

_Other = aliased(DeliveryRow)
_now = bindparam("now", type_=UtcDateTime())


def _waits_for_no_other() -> ColumnElement[bool]:
    this_one = _Other.workspace_id == DeliveryRow.workspace_id, _Other.id == DeliveryRow.under
    unsettled = select(_Other.id).where(*this_one, _Other.state.in_(UNSENT)).exists()
    return or_(DeliveryRow.under.is_(None), not_(unsettled))


def _claimable() -> ColumnElement[bool]:
    """What is to be sent or asked about, and what is shown in another version than desired, once its time comes."""
    is_wanted = (
        DeliveryRow.state.in_((*UNSENT, DeliveryState.SHOWN)),
        or_(
            DeliveryRow.state != DeliveryState.SHOWN,
            DeliveryRow.message.is_not(None),
            DeliveryRow.surface == Surface.HOME,
        ),
    )
    return and_(BEHIND, *is_wanted, free(DeliveryRow, _now), _waits_for_no_other())


def _claim(lane: Lane) -> ReturningUpdate[Any]:
    due = and_(_IN_LANE[lane], _claimable(), or_(_DUE_AT.is_(None), _now >= _DUE_AT))
    earliest = func.coalesce(DeliveryRow.next_attempt_at, DeliveryRow.created_at), DeliveryRow.position
    holder = {"claimed_by": bindparam("worker"), "lease_until": bindparam("until", type_=UtcDateTime())}
    sent_at = case((DeliveryRow.state == DeliveryState.QUEUED, _now), else_=DeliveryRow.sent_at)
    taken = {**holder, "state": STATE_ONCE_CLAIMED, "not_before": None, "sent_at": sent_at}
    return claiming(DeliveryRow, due, earliest, taken, bindparam("most", type_=Integer()))


# These are asked all day long, and building a statement takes longer than running it.

CLAIM = {lane: _claim(lane) for lane in Lane}
NEXT_DUE = select(func.min(_DUE_AT)).where(_claimable(), _now < _DUE_AT)
EXPIRE = (
    update(DeliveryRow)
    .where(BEHIND, DeliveryRow.state == DeliveryState.QUEUED, DeliveryRow.expires_at <= _now)
    .values(state=DeliveryState.EXPIRED)
)
RECORD = (
    update(DeliveryRow)
    .where(
        DeliveryRow.workspace_id == bindparam("of_workspace"),
        DeliveryRow.id == bindparam("of_delivery"),
        DeliveryRow.fence == bindparam("claimed_under"),
    )
    .values(
        state=bindparam("new_state"),
        next_attempt_at=bindparam("new_next_attempt_at"),
        problem=bindparam("new_problem"),
        attempts=DeliveryRow.attempts + bindparam("one_more", type_=Integer()),
        claimed_by=None,
        lease_until=None,
        message=func.coalesce(bindparam("new_message", type_=PlainText()), DeliveryRow.message),
        shown_version=func.coalesce(bindparam("new_version", type_=Integer()), DeliveryRow.shown_version),
        last_shown_at=func.coalesce(bindparam("version_shown_at", type_=UtcDateTime()), DeliveryRow.last_shown_at),
        shown_at=func.coalesce(DeliveryRow.shown_at, bindparam("is_shown_at", type_=UtcDateTime())),
    )
)
WISH = (
    update(DeliveryRow)
    .where(DeliveryRow.workspace_id == bindparam("of_workspace"), DeliveryRow.id == bindparam("of_delivery"))
    .values(
        desired_version=DeliveryRow.desired_version + 1,
        state=bindparam("new_state"),
        attempts=bindparam("new_attempts"),
        expires_at=bindparam("new_expires_at"),
        not_before=bindparam("new_not_before"),
    )
)


def new_row(delivery: NewDelivery) -> dict[str, object]:
    return {
        "workspace_id": delivery.channel.workspace,
        "id": delivery.id,
        "key": delivery.key,
        "channel_id": delivery.channel.channel,
        "slot_id": delivery.slot,
        "content": content_to_json(storable(delivery.content)),
        "private_to": delivery.private_to,
        "reply_value": delivery.reply.value if delivery.reply else None,
        "reply_deadline": delivery.reply.deadline if delivery.reply else None,
        "reply_form_until": delivery.reply.form_until if delivery.reply else None,
        "seeds": json.dumps([storable_text(seed) for seed in delivery.seeds], ensure_ascii=False),
        "seeded": not delivery.seeds,
        "state": DeliveryState.QUEUED,
        "desired_version": 1,
        "shown_version": 0,
        "attempts": 0,
        "problem": "",
        "surface": delivery.surface,
        "under": delivery.under,
    }


async def rows_naming(db: Statements, person: PersonKey) -> list[Row[Any]]:
    """Looked for only when somebody is forgotten, so through all of them."""
    position = func.strpos if db.on_postgresql else func.instr
    written = position(DeliveryRow.content, f'"by":{json.dumps(person.person, ensure_ascii=False)}') > 0
    asked = select(DeliveryRow).where(DeliveryRow.workspace_id == person.workspace, written)
    return [
        row
        for row in await db.rows(asked.order_by(DeliveryRow.position))
        if any(isinstance(part, Say) and part.by == person.person for part in content_from_json(row.content))
    ]


def delivery_of(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        key=row.key,
        channel=ChannelKey(row.workspace_id, row.channel_id),
        content=content_from_json(row.content),
        slot=row.slot_id,
        private_to=row.private_to,
        reply=_reply_of(row),
        seeds=tuple(json.loads(row.seeds)),
        state=DeliveryState(row.state),
        message=row.message,
        desired_version=row.desired_version,
        shown_version=row.shown_version,
        attempts=row.attempts,
        fence=row.fence,
        surface=Surface(row.surface),
        under=row.under,
        sent_at=row.sent_at,
    )


def _reply_of(row: Row[Any]) -> ReplyHandle | None:
    if row.reply_value is None:
        return None
    return ReplyHandle(row.reply_value, row.reply_deadline, row.reply_form_until)
