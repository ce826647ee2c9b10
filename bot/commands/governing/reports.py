"""reports, and what is done about a reported post"""

from bot.commands.context import Answer, Asked
from bot.commands.governing.auditing import note
from bot.commands.rights import require
from bot.domain.actions import decide_again
from bot.domain.admin_acts import Decided
from bot.domain.content import Block, Say, offer, say
from bot.domain.keys import PostKey
from bot.domain.people import Right
from bot.domain.rules import Verdict
from bot.services.posts.hiding import decision, hide, pointer, settle, unsettle
from bot.services.wording import counted

SHOWN_AT_ONCE = 5


async def reports(asked: Asked, _: str) -> Answer:
    await require(asked, Right.MODERATE)
    waiting = await asked.tx.reports.waiting(asked.channel.workspace)
    if not waiting:
        return Answer(say("No reported post waits for a decision."))
    heading = f"{counted(len(waiting), 'reported post')} {'waits' if len(waiting) == 1 else 'wait'} for a decision"
    blocks: list[Block] = [Say(heading, "heading")]
    for number, post in enumerate(waiting[:SHOWN_AT_ONCE], start=1):
        blocks += [pointer(post, number), decision(post, f" {number}")]
    return Answer((*blocks, Say("Restore shows a post again, Remove keeps it away.", "hint")))


async def report(asked: Asked, post: PostKey) -> Answer:
    await require(asked, Right.PART)
    if not await hide(asked.tx, asked.parts, post, asked.person.key):
        return Answer(say("This post is reported already. It stays hidden until an admin has looked at it."))
    return Answer(
        say(
            "Thank you. The post is hidden everywhere here until an admin has looked at it. What was saved stays saved."
        )
    )


async def decide(asked: Asked, post: PostKey, verdict: Verdict) -> Answer:
    await require(asked, Right.MODERATE)
    if not await settle(asked.tx, asked.parts, post, verdict, asked.person.key):
        return Answer(say("Somebody has decided about this post already."))
    await note(asked, Decided.SETTLED, "shown again" if verdict is Verdict.RESTORED else "kept away")
    back = "The post is shown again everywhere."
    away = "The post stays away. Saves and notes of it are kept."
    undo = offer(("Undo", decide_again(post.source, post.id).encode()))
    return Answer((Say(back if verdict is Verdict.RESTORED else away), undo))


async def undecide(asked: Asked, post: PostKey) -> Answer:
    await require(asked, Right.MODERATE)
    if not await unsettle(asked.tx, asked.parts, asked.channel.workspace, post):
        return Answer(say("Nothing is decided about this post."))
    await note(asked, Decided.SETTLED, "taken back")
    return Answer((Say("Undone: the post is hidden again and waits for a decision."), decision(post, "")))
