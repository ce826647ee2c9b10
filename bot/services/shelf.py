"""Putting things into the library and taking one's own marks away again."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.events import Person
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Ending, Mark, NewItem, is_reaction, may_stand
from bot.domain.links import canonical, host_of, is_web_address
from bot.domain.post import Author, MediaKind, Post
from bot.domain.search import kind_of_page
from bot.domain.topic import folded
from bot.errors import Mistake
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.post_words import resource_of
from bot.services.roundups import mend_roundups
from bot.services.wording import cut
from bot.views import Resource

FORM = "form"
LONGEST_TITLE = 120
LONGEST_ADDRESS = 2_000
COUNTS_AT_MOST_EVERY = timedelta(minutes=1)
"""How often a message may be edited only to say who saved what."""


async def save_post(
    tx: Transaction,
    person: Person,
    post: PostKey,
    *,
    origin: str,
    at: datetime,
    shelf: str = "",
    seen_again: bool = False,
    vouched: bool = False,
) -> str | None:
    """Marks the post for that person and returns its item; None where the post is no longer there.

    A second mark of the same origin changes nothing but the shelf, if it names one. An ended one stands again as
    `may_stand` says. A save that is `vouched` is in the library of all at once.
    """
    is_there = not await tx.posts.absent([post])
    item = await _item_of_post(tx, person.key.workspace, post, at) if is_there else None
    if item is not None:
        await mark_item(tx, person, item, origin=origin, at=at, shelf=shelf, seen_again=seen_again, vouched=vouched)
    return item


async def save_link(
    tx: Transaction,
    person: Person,
    url: str,
    title: str,
    *,
    origin: str,
    at: datetime,
    shelf: str = "",
    vouched: bool = False,
) -> str:
    """The same for a page of the web. Raises Mistake for what is no address of one."""
    item = await tx.library.add(person.key.workspace, link_item(url, title), at)
    await mark_item(tx, person, item, origin=origin, at=at, shelf=shelf, vouched=vouched)
    return item


async def mark_item(
    tx: Transaction,
    person: Person,
    item: str,
    *,
    origin: str,
    at: datetime,
    shelf: str = "",
    seen_again: bool = False,
    vouched: bool = False,
) -> None:
    workspace = person.key.workspace
    marks = await tx.library.marks(workspace, item, person.key.person)
    standing = next((mark for mark in marks if mark.origin == origin and mark.stands), None)
    if standing and not seen_again:
        stands_now = _made_again(standing, at=at, shelf=shelf, vouched=vouched)
        if stands_now == standing:
            return
        await tx.library.put_mark(workspace, stands_now)
    elif may_stand(marks, origin, at=at, seen_again=seen_again):
        await tx.people.put(person)
        mark = Mark(item, person.key.person, origin, at, shelf=shelf, vouched=vouched)
        await tx.library.put_mark(workspace, mark)
    else:
        return
    await _show_savers_of(tx, workspace, item, at)


def _made_again(standing: Mark, *, at: datetime, shelf: str, vouched: bool) -> Mark:
    """A second reaction means that one was withdrawn in between, and that is yet to be reported: it must not end this
    one. Only a form can take it off its shelf: whoever presses Save once more does not speak of shelves."""
    shelf = shelf if standing.origin == FORM else shelf or standing.shelf
    made_at = max(at, standing.made_at) if is_reaction(standing.origin) else standing.made_at
    return replace(standing, shelf=shelf, made_at=made_at, vouched=standing.vouched or vouched)


async def withdraw_reaction(tx: Transaction, person: PersonKey, post: PostKey, *, origin: str, at: datetime) -> None:
    """Ends the mark of that reaction only; the tombstone stays even where the withdrawal overtook the reaction."""
    item = await _item_of_post(tx, person.workspace, post, at)
    if item is not None:
        await withdraw(tx, person, item, origin=origin, at=at)


async def withdraw_link(tx: Transaction, person: PersonKey, url: str, *, origin: str, at: datetime) -> None:
    """The same for a page of the web."""
    await withdraw(tx, person, await tx.library.add(person.workspace, link_item(url, ""), at), origin=origin, at=at)


async def withdraw(tx: Transaction, person: PersonKey, item: str, *, origin: str, at: datetime) -> None:
    marks = {mark.origin: mark for mark in await tx.library.marks(person.workspace, item, person.person)}
    earlier = marks.get(origin)
    if earlier and (not earlier.stands or earlier.made_at > at):
        return
    mark = earlier or Mark(item, person.person, origin, at)
    await tx.library.put_mark(person.workspace, replace(mark, ended_at=at, ending=Ending.UNREACTED))
    await _show_savers_of(tx, person.workspace, item, at)
    await mend_roundups(tx, person.workspace, [item] if earlier else [], at)


async def _item_of_post(tx: Transaction, workspace: str, post: PostKey, at: datetime) -> str | None:
    """Of an erased post only the item that somebody's save keeps: the save can still be taken back."""
    stored = (await tx.posts.get([post])).get(post)
    if stored is None:
        saved = (await tx.library.of_post(workspace, [post])).get(post)
        return saved.id if saved else None
    author = (await tx.posts.authors(post.source, [stored.author_id])).get(stored.author_id)
    return await tx.library.add(workspace, new_item(stored, author), at)


async def undo(tx: Transaction, person: PersonKey, item: str, at: datetime) -> bool:
    """Ends all marks of that person on the item. False where none stood."""
    ended = await tx.library.end_marks(person, item, at, Ending.UNDONE)
    await _show_savers_of(tx, person.workspace, item, at)
    await mend_roundups(tx, person.workspace, [item] if ended else [], at)
    return ended > 0


async def _show_savers_of(tx: Transaction, workspace: str, item: str, at: datetime) -> None:
    known = (await tx.library.items(workspace, [item])).get(item)
    if known and known.post:
        await show_savers(tx, workspace, known.post, at)


async def show_savers(tx: Transaction, workspace: str, post: PostKey, at: datetime) -> None:
    """Wants every message that shows the post to say who saved it by then, soon."""
    await tx.outbox.refresh(workspace, await tx.outbox.showing(workspace, post), at, COUNTS_AT_MOST_EVERY)


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
        kind=_kind_of(post, resource),
    )


def _kind_of(post: Post, resource: Resource | None) -> str:
    """That of what it leads to; a post that leads nowhere may show something or ask something itself."""
    if resource:
        return kind_of_page(resource.url)
    if any(media.kind is MediaKind.VIDEO for media in post.media):
        return "video"
    return "question" if "?" in post.text else "other"


def link_item(url: str, title: str) -> NewItem:
    """The item of a page of the web; two spellings of its address are one item. Raises Mistake."""
    if not is_web_address(url):
        raise Mistake("That is not a web address, so it cannot be saved.")
    if len(url) > LONGEST_ADDRESS:
        raise Mistake("The address of that page is too long to be saved.")
    written = url.partition("://")[2].removeprefix("www.")
    said = cut(" ".join(title.split()) or written, LONGEST_TITLE)[0]
    return NewItem(
        id=new_id(),
        key=f"link:{canonical(url)}",
        url=url,
        title=said,
        search_text=folded(f"{said} {host_of(url)} {url}"),
    )
