"""An import that failed again and again: it is left alone, and whoever brought it is told once."""

import structlog

from bot.domain.content import ShowLink, headed
from bot.domain.delivery import NewDelivery
from bot.domain.exchange import Bringing, ImportState
from bot.domain.keys import ChannelKey
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.parts import Parts
from bot.services.wording import counted, date_in_words

MOST_FAILURES = 5
"""In a row, each as long after the one before as a lease lasts."""

log = structlog.get_logger(__name__)


async def say_that_it_is_stuck(tx: Transaction, parts: Parts, bringing: Bringing) -> None:
    """In the log, and to that person where their chat can."""
    log.error(
        "an import failed again and again and is left alone: see the errors before, then try it again on its page",
        workspace=bringing.workspace,
        import_id=bringing.id,
        state=bringing.state.when_stuck,
        done=bringing.done,
        total=bringing.total,
    )
    if not parts.abilities(bringing.workspace).personal_channels:
        return
    identifier, own = new_id(), ChannelKey(bringing.workspace, bringing.person)
    where = (ShowLink("Open its page", f"{parts.public_url}/import/{bringing.id}"),) if parts.public_url else ()
    content = (*headed("Your file needs a look", _sentences(bringing)), *where)
    await tx.outbox.put(NewDelivery(identifier, f"notice:{identifier}", own, content), parts.clock.now())


def _sentences(bringing: Bringing) -> list[str]:
    file = f"The file that you brought on {date_in_words(bringing.asked_at.date())}"
    if bringing.state is ImportState.WAITING:
        said = f"{file} could not be brought in whole: {bringing.done:,} of {counted(bringing.total, 'page')} are done."
        remedy = "What is in the library stays. Try again or undo it on the page “Bring in bookmarks”."
    else:
        said = f"{file} could not be taken out again whole."
        remedy = "Some of it is in the library still. Try again on the page “Bring in bookmarks”."
    return [said, f"{remedy} If it fails again, ask whoever runs Staffroom to look at its log."]
