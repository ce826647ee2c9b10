"""Posts that are not to be shown any more: hidden everywhere, erased, brought back, and what was done written down."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.history import What
from bot.domain.keys import PersonKey, PostKey
from bot.domain.post import Post
from bot.domain.removal import Cause, Removal
from bot.domain.standing import Standing
from bot.ports import Transaction
from bot.services.library.history import STAFFROOM, write_down
from bot.services.library.shelf import new_item


@dataclass(frozen=True, slots=True)
class Trace:
    """How something was found out, or who asked for it, and when: for the audit."""

    how: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Copies:
    """Where a post can be seen: deliveries that show it, and items of libraries, each with its workspace."""

    messages: frozenset[tuple[str, str]] = frozenset()
    items: frozenset[tuple[str, str]] = frozenset()


async def copies_of(tx: Transaction, posts: Collection[PostKey]) -> dict[PostKey, Copies]:
    """In every workspace, also where it is shown as what another post answers or quotes."""
    workspaces = [each.id for each in await tx.channels.workspaces()]
    saved = {workspace: await tx.library.led_to(workspace, posts) for workspace in workspaces}
    referring = await tx.posts.referring_to(posts)
    copies = {}
    for post in posts:
        shown_with = [post, *referring.get(post, [])]
        messages = [
            (where, each) for where in workspaces for key in shown_with for each in await tx.outbox.showing(where, key)
        ]
        items = [(where, item) for where in workspaces for item in saved[where].get(post, ())]
        copies[post] = Copies(frozenset(messages), frozenset(items))
    return copies


async def hide(tx: Transaction, missing: Mapping[PostKey, Standing], trace: Trace) -> dict[PostKey, Copies]:
    """From now on nobody is shown these posts, and every message with one of them says that it is no longer available.
    Returns where they could be seen."""
    copies = await copies_of(tx, missing)
    for post, standing in missing.items():
        await tx.posts.set_standing([post], standing, trace.at)
        await _write_down(tx, post, Cause(standing), trace, copies[post])
    await show_anew(tx, copies, trace.at)
    return copies


async def erase(
    tx: Transaction, causes: Mapping[PostKey, Cause], trace: Trace, copies: Mapping[PostKey, Copies]
) -> None:
    """Forgets what these posts say and who wrote them, for good. They must be absent already."""
    await tx.posts.erase(causes)
    for post, cause in causes.items():
        await _write_down(tx, post, cause, trace, copies[post], erased=True)
        for workspace, item in sorted(copies[post].items):
            await write_down(tx, PersonKey(workspace, STAFFROOM), item, What.ERASED, at=trace.at)


async def bring_back(tx: Transaction, posts: Collection[PostKey], at: datetime) -> None:
    """Posts that are there again are shown again; what was erased stays away."""
    await tx.posts.set_standing(posts, Standing.PRESENT, at)
    if posts:
        await show_anew(tx, await copies_of(tx, posts), at)


async def update(tx: Transaction, posts: Sequence[Post], trace: Trace) -> None:
    """Keeps posts as they were read anew. Where the wording of one changed, every copy of it does."""
    before = await tx.posts.get([post.key for post in posts])
    await tx.posts.add(posts, {}, trace.at)
    changed = [post for post in posts if post.key in before and _differ(post, before[post.key])]
    copies = await copies_of(tx, [post.key for post in changed])
    for post in changed:
        await _renew_items(tx, post, copies[post.key])
        await _write_down(tx, post.key, Cause.EDITED, trace, copies[post.key])
    await show_anew(tx, copies, trace.at)


async def show_anew(tx: Transaction, copies: Mapping[PostKey, Copies], at: datetime) -> None:
    """Wants every message with one of these posts to show what may be shown now."""
    posts = list(copies)
    for workspace in [each.id for each in await tx.channels.workspaces()] if posts else []:
        items = [item for each in copies.values() for where, item in each.items if where == workspace]
        messages = {message for each in copies.values() for where, message in each.messages if where == workspace}
        messages.update(await tx.outbox.quoting(workspace, posts, items))
        if items:
            messages.update(await tx.outbox.looking_back_on(workspace, items))
        await tx.outbox.refresh(workspace, messages, at)


def _differ(post: Post, before: Post) -> bool:
    """Whether people would read something else."""
    return _as_read(post) != _as_read(before)


def _as_read(post: Post) -> object:
    return post.text, post.links, post.media, post.poll, post.sensitive


async def _renew_items(tx: Transaction, post: Post, copies: Copies) -> None:
    author = (await tx.posts.authors(post.key.source, [post.author_id])).get(post.author_id)
    for workspace in sorted({where for where, _ in copies.items}):
        await tx.library.renew(workspace, new_item(post, author))


async def _write_down(
    tx: Transaction, post: PostKey, cause: Cause, trace: Trace, copies: Copies, *, erased: bool = False
) -> None:
    await tx.removals.put(
        Removal(post, cause, trace.how, trace.at, erased=erased, messages=len(copies.messages), items=len(copies.items))
    )
