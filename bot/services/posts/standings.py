"""Why a post cannot be saved or shown here, in a sentence."""

from bot.domain.keys import PostKey
from bot.domain.post import Post
from bot.domain.rules import muted, mutes_of
from bot.domain.standing import Standing
from bot.ports import Transaction
from bot.services.posts.hiding import HIDDEN

NO_LONGER_THERE: dict[Standing, str] = {
    Standing.GONE: "This post is no longer there, so there is nothing to save.",
    Standing.PROTECTED: "The author shows this post to followers only, so it cannot be saved here.",
    Standing.SUSPENDED: "The account that wrote this post is suspended, so there is nothing to save.",
    Standing.WITHHELD: "This post is withheld by the place it comes from, so it cannot be saved here.",
}
SENSITIVE = "This post is marked as sensitive by the place it comes from, so it cannot be saved here."


async def why_not_saved(tx: Transaction, workspace: str, post: Post) -> str:
    """Empty where nothing keeps it out: neither its source, nor its author, nor an admin of the workspace."""
    if post.withheld:
        return NO_LONGER_THERE[Standing.WITHHELD]
    if post.sensitive:
        return SENSITIVE
    if sentence := await why_not_shown(tx, workspace, post.key):
        return sentence
    authors = await tx.posts.authors(post.key.source, [post.author_id])
    handle = authors[post.author_id].handle if post.author_id in authors else ""
    blocks = mutes_of(await tx.rules.of(workspace), "")
    return "An admin here keeps such posts out, so it cannot be saved here." if muted(post, handle, blocks) else ""


async def why_not_shown(tx: Transaction, workspace: str, post: PostKey) -> str:
    """The same for what is known of it without its wording."""
    absent = await tx.posts.absent([post])
    if post in absent:
        return NO_LONGER_THERE[absent[post]]
    hidden = await tx.reports.hidden(workspace, [post])
    return f"This post is {HIDDEN[hidden[post]]}." if post in hidden else ""
