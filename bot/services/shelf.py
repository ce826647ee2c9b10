"""Putting things into the library and taking one's own marks away again."""

from datetime import datetime

from bot.domain.events import Person
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Mark, NewItem, may_stand
from bot.domain.links import host_of
from bot.domain.post import Author, Post
from bot.domain.topic import folded
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.present import resource_of
from bot.services.wording import cut

LONGEST_TITLE = 120


async def save_post(
    tx: Transaction, person: Person, post: PostKey, *, origin: str, at: datetime, seen_again: bool = False
) -> str | None:
    """Marks the post for that person and returns its item; None where the post is no longer there.

    A second mark of the same origin changes nothing. An ended one stands again as `may_stand` says.
    """
    stored = (await tx.posts.get([post])).get(post)
    if stored is None:
        return None
    workspace = person.key.workspace
    author = (await tx.posts.authors(post.source, [stored.author_id])).get(stored.author_id)
    item = await tx.library.add(workspace, new_item(stored, author), at)
    marks = await tx.library.marks(workspace, item, person.key.person)
    if may_stand(marks, origin, at=at, seen_again=seen_again):
        await tx.people.put(person)
        await tx.library.put_mark(workspace, Mark(item, person.key.person, origin, at))
        await show_savers(tx, workspace, post)
    return item


async def withdraw_reaction(tx: Transaction, person: PersonKey, post: PostKey, *, origin: str, at: datetime) -> None:
    """Ends the mark of that reaction only; the tombstone stays even where the withdrawal overtook the reaction."""
    stored = (await tx.posts.get([post])).get(post)
    if stored is None:
        return
    author = (await tx.posts.authors(post.source, [stored.author_id])).get(stored.author_id)
    item = await tx.library.add(person.workspace, new_item(stored, author), at)
    marks = {mark.origin: mark for mark in await tx.library.marks(person.workspace, item, person.person)}
    earlier = marks.get(origin)
    if earlier and (not earlier.stands or earlier.made_at > at):
        return
    made_at = earlier.made_at if earlier else at
    await tx.library.put_mark(
        person.workspace, Mark(item, person.person, origin, made_at, ended_at=at, ending=Ending.UNREACTED)
    )
    await show_savers(tx, person.workspace, post)


async def undo(tx: Transaction, person: PersonKey, item: str, at: datetime) -> bool:
    """Ends all marks of that person on the item. False where none stood."""
    ended = await tx.library.end_marks(person, item, at, Ending.UNDONE)
    known = (await tx.library.items(person.workspace, [item])).get(item)
    if known and known.post:
        await show_savers(tx, person.workspace, known.post)
    return ended > 0


async def show_savers(tx: Transaction, workspace: str, post: PostKey) -> None:
    """Wants every message that shows the post to say who saved it now."""
    await tx.outbox.refresh(workspace, await tx.outbox.showing(workspace, post))


def new_item(post: Post, author: Author | None) -> NewItem:
    """The item of a post: its resource where it has one, else the post itself."""
    resource = resource_of(post)
    credit = f"{author.name} @{author.handle}" if author else ""
    links = " ".join(f"{link.title} {link.description} {host_of(link.url)}" for link in post.links)
    tags = " ".join(f"#{tag}" for tag in post.hashtags)
    alt = " ".join(media.alt_text for media in post.media)
    title = resource.title if resource else f"Post by {author.name}" if author else "A post"
    return NewItem(
        id=new_id(),
        key=f"post:{post.key.source}:{post.key.id}",
        url=resource.url if resource else post.url,
        title=cut(" ".join(title.split()), LONGEST_TITLE)[0],
        search_text=folded(f"{title} {post.text} {credit} {links} {tags} {alt}"),
        post=post.key,
    )
