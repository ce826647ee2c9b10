"""Telling a person who can mend it, once."""

import structlog

from bot.domain.content import Content, headed
from bot.domain.delivery import NewDelivery
from bot.domain.keys import ChannelKey
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.parts import Parts

INSTALLATION = "installation"
"""Sources belong to no workspace: what is said about them is said once for the installation."""

WORKSPACE_LEFT = "workspace-left"

log = structlog.get_logger(__name__)


async def report(tx: Transaction, parts: Parts, workspace: str, key: str, problem: str) -> None:
    """Tells the admin channel about a problem, once until it is cleared. Always logged."""
    log.warning("problem", workspace=workspace, problem_key=key, problem=problem)
    if parts.admin is None or not await tx.notices.first_time(workspace, key, parts.clock.now()):
        return
    await _tell(tx, parts, parts.admin, headed("Staffroom needs a look", [problem]))


async def report_over(tx: Transaction, parts: Parts, workspace: str, key: str, good_news: str) -> None:
    """All is well again, and the next time it is not, it is said again. Whoever was told about the problem is told."""
    if await tx.notices.clear(workspace, key) and parts.admin is not None:
        await _tell(tx, parts, parts.admin, headed("All is well again", [good_news]))


async def _tell(tx: Transaction, parts: Parts, channel: ChannelKey, content: Content) -> None:
    identifier = new_id()
    await tx.outbox.put(NewDelivery(identifier, f"notice:{identifier}", channel, content), parts.clock.now())


async def clear_report(tx: Transaction, workspace: str, key: str) -> None:
    """All is well again: the next time it happens it is said again."""
    await tx.notices.clear(workspace, key)
