"""Reported posts: hidden everywhere at once, until somebody has looked at them."""

from bot.domain.actions import remove_post, restore_post
from bot.domain.content import Content, Offer, headed, offer
from bot.domain.delivery import NewDelivery
from bot.domain.keys import PersonKey, PostKey
from bot.domain.links import is_web_address
from bot.domain.rules import Verdict
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.parts import Parts
from bot.services.roundups import mend_roundups

HIDDEN = {Verdict.OPEN: "hidden until an admin has looked at it", Verdict.REMOVED: "removed by an admin"}
"""Why a post is not shown."""


async def hide(tx: Transaction, parts: Parts, post: PostKey, by: PersonKey) -> bool:
    """False where it is hidden already. Saves and notes stay as they are."""
    now, workspace = parts.clock.now(), by.workspace
    saved = await tx.library.of_post(workspace, [post])
    if not await tx.reports.open(workspace, post, by.person, now):
        return False
    await show_again(tx, parts, workspace, post)
    await mend_roundups(tx, workspace, [item.id for item in saved.values()], now)
    if parts.admin is not None:
        identifier = new_id()
        content = await _what_to_decide(tx, parts, workspace, post)
        await tx.outbox.put(NewDelivery(identifier, f"notice:{identifier}", parts.admin, content), now)
    return True


async def settle(tx: Transaction, parts: Parts, post: PostKey, verdict: Verdict, by: PersonKey) -> bool:
    """False where it is settled already."""
    at = parts.clock.now()
    if not await tx.reports.settle(by.workspace, post, verdict, by.person, at):
        return False
    await show_again(tx, parts, by.workspace, post)
    saved = await tx.library.of_post(by.workspace, [post])
    await mend_roundups(tx, by.workspace, [item.id for item in saved.values()], at)
    return True


async def unsettle(tx: Transaction, parts: Parts, workspace: str, post: PostKey) -> bool:
    """Takes the verdict back. False where there is none."""
    saved = await tx.library.of_post(workspace, [post])
    if not await tx.reports.reopen(workspace, post):
        return False
    await show_again(tx, parts, workspace, post)
    await mend_roundups(tx, workspace, [item.id for item in saved.values()], parts.clock.now())
    return True


async def show_again(tx: Transaction, parts: Parts, workspace: str, post: PostKey) -> None:
    """Wants every message with the post to show what may be shown now, at once."""
    await tx.outbox.refresh(workspace, await tx.outbox.showing(workspace, post), parts.clock.now())


async def _what_to_decide(tx: Transaction, parts: Parts, workspace: str, post: PostKey) -> Content:
    """Nothing of one workspace is told to another."""
    if parts.admin is None or parts.admin.workspace != workspace:
        return headed("A post was reported", ["It is in another workspace. Its admins see it with /pln reports."])
    return (*headed("A post was reported", [await in_words(tx, post), *_HOW]), decision(post, ""))


_HOW = ("It is hidden everywhere. Restore shows it again, Remove keeps it away. What was saved stays saved.",)


async def in_words(tx: Transaction, post: PostKey) -> str:
    """By whom it is and where to look at it, never what it says."""
    stored = (await tx.posts.get([post])).get(post)
    if stored is None:
        return "The post is no longer available."
    author = (await tx.posts.authors(post.source, [stored.author_id])).get(stored.author_id)
    who = f"Post by {author.name} (@{author.handle})" if author else "Post by somebody unknown"
    return f"{who}: {stored.url}" if is_web_address(stored.url) else who


def decision(post: PostKey, which: str) -> Offer:
    return offer(
        (f"Restore{which}", restore_post(post.source, post.id).encode()),
        (f"Remove{which}", remove_post(post.source, post.id).encode()),
    )
