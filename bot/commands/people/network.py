"""people: whom this department learns from, and whom it might"""

from collections.abc import Sequence

from bot.commands.context import Answer, Asked
from bot.domain.actions import fits_on_a_button, run_command
from bot.domain.content import Block, Say, ShowLink, offer, say
from bot.services.people.network import Acquainted, acquaintances, people_of
from bot.services.wording import cut, one_line

LONGEST_NAME = 60
MOST, MOST_MET = 4, 2
"""With the ways to each they have to fit into one message of every chat."""
NOBODY_YET = (
    "Nothing in the library leads to anybody yet. Save posts that are worth keeping, and those who wrote them stand "
    "here."
)
WHERE_LINKS_LEAD = "The links lead to pages where you decide as yourself. Nothing is done there in your name."


async def people(asked: Asked, _: str) -> Answer:
    library = (await asked.known_channel()).library
    whom = await people_of(asked.tx, asked.parts, asked.channel.workspace, library, asked.channel)
    known, new = await acquaintances(asked.tx, asked.parts, whom, MOST, MOST_MET)
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
