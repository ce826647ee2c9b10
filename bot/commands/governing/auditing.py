"""audit, and writing down what admins decide"""

from bot.commands.context import Answer, Asked
from bot.commands.paging import page_of
from bot.commands.rights import require
from bot.domain.admin_acts import AdminAct, Decided
from bot.domain.content import Say, headed, say, ways
from bot.domain.people import Right
from bot.services.people.admin_acts import act_in_words, decided
from bot.services.wording import counted, cut, date_in_words, one_line

AT_ONCE = 10
LONGEST_LINE = 300
NOBODY_KNOWN = "Somebody"
"""Who is forgotten, or runs Staffroom at its computer."""


async def note(asked: Asked, what: Decided, about: str = "") -> None:
    """Writes down that this person decided it for others."""
    if not asked.is_own:
        workspace, by = asked.channel.workspace, asked.person.key.person
        await asked.tx.people.put(asked.person)
        await decided(asked.tx, workspace, by, what, one_line(about), at=asked.at)


async def note_here(asked: Asked, what: Decided, about: str = "") -> None:
    """The same, for the channel it was asked in."""
    here = (await asked.known_channel()).name
    await note(asked, what, f"{about} ({here})" if about else here)


async def audit(asked: Asked, _: str) -> Answer:
    """The newest first, with the day and who it was."""
    await require(asked, Right.GOVERN)
    page = page_of(asked, AT_ONCE)
    acts, total = await asked.tx.admin_acts.of(asked.channel.workspace, page.size, page.offset)
    kept = counted(asked.parts.keeping.audit.days, "day")
    if not acts:
        return Answer(say(f"Nothing is written down yet. What admins decide stands here for {kept}."))
    zone = (await asked.known_channel()).schedule.zone_info
    names = await asked.tx.people.names(asked.channel.workspace, {act.by for act in acts if act.by})
    lines = [f"{date_in_words(act.at.astimezone(zone).date())}: {_in_words(act, names)}" for act in acts]
    heading = f"What admins decided{page.part(len(acts), total)}"
    hint = Say(f"Kept for {kept}.", "hint")
    return Answer(
        (*headed(heading, [cut(line, LONGEST_LINE)[0] for line in lines]), hint, *ways(*page.ways("audit", total)))
    )


def _in_words(act: AdminAct, names: dict[str, str]) -> str:
    return f"{names.get(act.by, NOBODY_KNOWN)} {act_in_words(act)}."
