"""people: whom this department learns from, and whom it might"""

from collections.abc import Sequence

from bot.commands.context import Answer, Asked
from bot.domain.actions import fits_on_a_button, run_command
from bot.domain.content import Block, Say, ShowLink, offer, say
from bot.services.people.network import Acquainted, learned_from, met
from bot.services.wording import cut, one_line

LONGEST_NAME = 60
NOBODY_YET = (
    "Nothing in the library leads to anybody yet. Save posts that are worth keeping, and those who wrote them stand "
    "here."
)
WHERE_LINKS_LEAD = "The links lead to pages where you decide as yourself. Nothing is done there in your name."


async def people(asked: Asked, _: str) -> Answer:
    library = (await asked.known_channel()).library
    known = await learned_from(asked.tx, asked.parts, asked.channel, library)
    others = {each.author.id for each in known}
    new = [each for each in await met(asked.tx, asked.parts, asked.channel) if each.author.id not in others]
    if not known and not new:
        return Answer(say(NOBODY_YET))
    return Answer(
        (
            *_listed(asked, "Whom colleagues here learn from", known),
            *_listed(asked, "Not followed yet, and often on your topics", new),
            Say(WHERE_LINKS_LEAD, "hint"),
        )
    )


def _listed(asked: Asked, heading: str, accounts: Sequence[Acquainted]) -> list[Block]:
    if not accounts:
        return []
    return [Say(heading, "heading"), *(block for each in accounts for block in _told(asked, each))]


def _told(asked: Asked, each: Acquainted) -> list[Block]:
    name = cut(one_line(each.author.name), LONGEST_NAME)[0]
    blocks: list[Block] = [Say(f"{name} (@{each.author.handle}). {each.why}")]
    blocks += [ShowLink(f"{label}: {name}", url) for label, url in each.links]
    follow = run_command("follow", each.topic)
    if each.topic and fits_on_a_button(follow) and not asked.is_own:
        blocks.append(offer((f"Follow {each.topic} here", follow.encode())))
    return blocks
