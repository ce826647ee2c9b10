"""Posts that must not be shown: those that vanished at their source or are marked as sensitive there, and reported
ones, which are hidden everywhere at once until somebody has looked at them."""

from collections.abc import Collection, Mapping

from bot.domain.actions import remove_post, restore_post
from bot.domain.content import Content, Offer, Say, ShowPost, headed, offer, say
from bot.domain.delivery import NewDelivery
from bot.domain.keys import PersonKey, PostKey
from bot.domain.links import is_web_address
from bot.domain.post import Author, Post
from bot.domain.rules import Verdict
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.parts import Parts
from bot.services.posts.roundups import mend_roundups

HIDDEN = {Verdict.OPEN: "hidden until an admin has looked at it", Verdict.REMOVED: "removed by an admin"}
"""Why a reported post is not shown."""

NO_LONGER = "no longer available"
"""Why one that vanished is not shown. Whether its author deleted it is nobody's business."""
WITHOUT_TITLE = f"A post that is {NO_LONGER}"
"""What it is called then: its title names its author."""

SENSITIVE = "marked as sensitive where it comes from"
"""Why one is not shown that should not be in a school, also where it was marked so only after it was shown or saved."""


async def not_shown(tx: Transaction, workspace: str, posts: Collection[PostKey]) -> dict[PostKey, str]:
    """Those of the posts that nobody there may be shown, and why, as the end of a sentence."""
    return await not_shown_of(tx, workspace, posts, await tx.posts.get(posts)) if posts else {}


async def not_shown_of(
    tx: Transaction, workspace: str, posts: Collection[PostKey], stored: Mapping[PostKey, Post]
) -> dict[PostKey, str]:
    """The same where those of them that are stored were read already."""
    if not posts:
        return {}
    reported = await tx.reports.hidden(workspace, posts)
    vanished = await tx.posts.absent(posts)
    marked = {key: _why_marked(post) for key, post in stored.items() if _is_marked(post)}
    hidden = {post: HIDDEN[verdict] for post, verdict in reported.items()}
    return hidden | marked | dict.fromkeys(vanished, NO_LONGER)


def _is_marked(post: Post) -> bool:
    return bool(post.sensitive or post.withheld)


def _why_marked(post: Post) -> str:
    return NO_LONGER if post.withheld else SENSITIVE


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
        content = _what_to_decide(parts, workspace, post)
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


def _what_to_decide(parts: Parts, workspace: str, post: PostKey) -> Content:
    """Nothing of one workspace is told to another."""
    if parts.admin is None or parts.admin.workspace != workspace:
        return headed("A post was reported", ["It is in another workspace. Its admins see it with /pln reports."])
    return (Say("A post was reported", "heading"), pointer(post), *say(*_HOW), decision(post, ""))


_HOW = ("It is hidden everywhere. Restore shows it again, Remove keeps it away. What was saved stays saved.",)


def pointer(post: PostKey, number: int | None = None) -> ShowPost:
    """By whom it is and where to look at it, never what it says; put into words when it is shown, so that nothing of
    it stays where it vanishes."""
    return ShowPost(post.source, post.id, "", number, amount="pointer")


def pointer_in_words(stored: Post | None, author: Author | None) -> str:
    """Of a post that is stored and was not taken away."""
    if stored is None:
        return f"The post is {NO_LONGER}."
    who = f"Post by {author.name} (@{author.handle})" if author else "Post by somebody unknown"
    return f"{who}: {stored.url}" if is_web_address(stored.url) else who


def decision(post: PostKey, which: str) -> Offer:
    return offer(
        (f"Restore{which}", restore_post(post.source, post.id).encode()),
        (f"Remove{which}", remove_post(post.source, post.id).encode()),
    )
