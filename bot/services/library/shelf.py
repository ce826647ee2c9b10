"""Putting things into the library and taking one's own marks away again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.department import WORKSPACE
from bot.domain.events import Person
from bot.domain.history import What
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import LINK, Ending, Item, Mark, NewItem, is_reaction, key_of_post, may_stand
from bot.domain.links import canonical, host_of, is_too_long, is_web_address
from bot.domain.post import Author, MediaKind, Post
from bot.domain.search import kind_of_page
from bot.domain.topic import folded
from bot.errors import Mistake
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.library.history import write_down
from bot.services.library.removed import let_in
from bot.services.posts.permalinks import is_link_to_a_post
from bot.services.posts.post_words import resource_of
from bot.services.posts.roundups import mend_roundups
from bot.services.wording import cut

FORM = "form"
LONGEST_TITLE = 120
COUNTS_AT_MOST_EVERY = timedelta(minutes=1)
"""How often a message may be edited only to say who saved what."""


@dataclass(frozen=True, slots=True)
class Placing:
    """Whose save it is, by which of their ways (`origin`) and when, and where it belongs: on which shelf, and in the
    library of which department. One that is `vouched` for is for all at once, one that is `private` for that person
    alone. What is `seen_again` was done before, nobody knows when."""

    person: Person
    origin: str
    at: datetime
    shelf: str = ""
    library: str = WORKSPACE
    vouched: bool = False
    private: bool = False
    seen_again: bool = False

    @property
    def workspace(self) -> str:
        return self.person.key.workspace


async def save_post(tx: Transaction, placing: Placing, post: PostKey) -> str | None:
    """Marks the post and returns its item; None where the post is no longer there. Raises Mistake where an admin
    removed it.

    A second mark of the same origin changes nothing but the shelf, if it names one. An ended one stands again as
    `may_stand` says.
    """
    workspace, alone = placing.workspace, placing.private
    is_there = not await tx.posts.absent([post])
    new = await _new_item_of_post(tx, post, alone=alone) if is_there else None
    if new and not await _let_in(tx, placing, new):
        return None
    item = await _item_of_post(tx, workspace, post, placing.at, alone=alone) if is_there else None
    if item is not None and new and await _is_only_kept_alone(tx, placing, item, new):
        page = replace(new, post=None)
        if not await _let_in(tx, placing, page):
            return None
        item = await under_its_page(tx, workspace, item, page, placing.at)
    if item is not None:
        await forget_what_others_call_it(tx, placing.person.key, item, new)
        await mark_item(tx, placing, item)
    if item is not None and new and new.untitled:
        await tx.titles.want(workspace, [item], placing.at)
    return item


async def save_link(tx: Transaction, placing: Placing, url: str, title: str, *, is_page: bool = True) -> str:
    """The same for an address on the web. Raises Mistake also for what is none. A page is asked what it is called; a
    post is not, nor what is no page at all."""
    new = link_item(url, title)
    await _let_in(tx, placing, new)
    item = await tx.library.add(placing.workspace, new, placing.at)
    if item != new.id:
        others = link_item(url, "") if placing.private else new
        await forget_what_others_call_it(tx, placing.person.key, item, others)
    await mark_item(tx, placing, item)
    if is_page and not is_link_to_a_post(url):
        await tx.titles.want(placing.workspace, [item], placing.at)
    return item


async def _let_in(tx: Transaction, placing: Placing, new: NewItem) -> bool:
    """As `let_in` says. Raises Mistake."""
    vouched, seen_again = placing.vouched, placing.seen_again
    return await let_in(tx, placing.person, new, vouched=vouched, seen_again=seen_again, at=placing.at)


async def _is_only_kept_alone(tx: Transaction, placing: Placing, item: str, new: NewItem) -> bool:
    """Whether this save is the first for all of a post that leads to a page."""
    workspace, person = placing.workspace, placing.person.key.person
    known = (await tx.library.items(workspace, [item], person))[item]
    if not is_kept_apart(known, new):
        return False
    return not _stays_private(await tx.library.marks(workspace, item, person), placing)


def is_kept_apart(known: Item, new: NewItem) -> bool:
    """Whether the item is that of a post which leads to a page, and which is only kept alone so far."""
    leads_on = new.post is not None and new.key.startswith(LINK) and known.key == key_of_post(new.post)
    return leads_on and not known.saver_count and known.removed_at is None


async def under_its_page(tx: Transaction, workspace: str, item: str, page: NewItem, at: datetime) -> str:
    """One page is one item for all. What somebody keeps alone of it stays theirs alone."""
    into = await tx.library.add(workspace, page, at)
    await tx.care.merge(workspace, item, into)
    return into


async def forget_what_others_call_it(tx: Transaction, person: PersonKey, item: str, new: NewItem | None) -> None:
    """What somebody else keeps alone, and may have called as they liked, is another one's now, too. Of what nobody
    keeps, the post may have been dropped meanwhile: what it says is written anew."""
    known = (await tx.library.items(person.workspace, [item], person.person))[item]
    if new is None or known.saver_count or known.saved_by_me:
        return
    if new.post is not None:
        await tx.library.renew(person.workspace, new)
    if known.is_link and known.title != new.title:
        await tx.care.rewrite(person.workspace, item, new)


async def mark_item(tx: Transaction, placing: Placing, item: str) -> None:
    """Whether all of that person's saves of it are for all or for them alone, the last one decides."""
    workspace, person = placing.workspace, placing.person.key
    marks = await tx.library.marks(workspace, item, person.person)
    placing = replace(placing, private=placing.private or _stays_private(marks, placing))
    made = _mark_made(marks, placing, item)
    if made is None:
        return
    await tx.people.put(placing.person)
    others = [replace(mark, private=made.private) for mark in marks if mark.stands and mark.origin != made.origin]
    changed = [mark for mark in (made, *others) if mark not in marks]
    for mark in changed:
        await tx.library.put_mark(workspace, mark)
    if _is_public(marks) is made.private:
        what, where = (What.UNDONE, "") if made.private else (What.SAVED, placing.library)
        await write_down(tx, person, item, what, at=placing.at, after=where)
    if made.private:
        await _keep_notes_private(tx, person, item)
    elif made.library != placing.library:
        await tx.library.share(workspace, item, placing.library, person.person, placing.at)
    if changed:
        await show_savers_of(tx, workspace, item, placing.at)
        was_alone = any(mark.private for mark in changed)
        await mend_roundups(tx, workspace, [item] if was_alone else [], placing.at)


def _is_public(marks: Sequence[Mark]) -> bool:
    """Whether one of a person's saves is for all."""
    return any(mark.stands and not mark.private for mark in marks)


def _stays_private(marks: Sequence[Mark], placing: Placing) -> bool:
    """What a person keeps to themselves a later save of theirs makes public: no reaction that was made before, whenever
    it is heard of."""
    alone = [mark.made_at for mark in marks if mark.stands and mark.private]
    return bool(alone) and (placing.seen_again or placing.at < max(alone))


def _mark_made(marks: Sequence[Mark], placing: Placing, item: str) -> Mark | None:
    """None where it was taken back, and this says nothing new."""
    person, origin, at = placing.person.key.person, placing.origin, placing.at
    standing = next((mark for mark in marks if mark.origin == origin and mark.stands), None)
    if standing and not placing.seen_again:
        return _made_again(standing, placing)
    if not may_stand(marks, origin, at=at, seen_again=placing.seen_again):
        return None
    return Mark(
        item,
        person,
        origin,
        at,
        shelf=placing.shelf,
        vouched=placing.vouched,
        library=placing.library,
        private=placing.private,
    )


async def _keep_notes_private(tx: Transaction, person: PersonKey, item: str) -> None:
    known = (await tx.library.items(person.workspace, [item], person.person)).get(item)
    for note in known.notes if known else ():
        if note.by == person.person and not note.private:
            await tx.library.note(person.workspace, item, replace(note, private=True))
            await tx.history.forget_note(person.workspace, item, note.id)


def _made_again(standing: Mark, placing: Placing) -> Mark:
    """A second reaction means that one was withdrawn in between, and that is yet to be reported: it must not end this
    one. Only a form can take it off its shelf: whoever presses Save once more does not speak of shelves. What was kept
    to oneself was in no library before."""
    is_decided_anew = is_reaction(standing.origin) or placing.private != standing.private
    return replace(
        standing,
        shelf=placing.shelf if standing.origin == FORM else placing.shelf or standing.shelf,
        made_at=max(placing.at, standing.made_at) if is_decided_anew else standing.made_at,
        vouched=standing.vouched or placing.vouched,
        library=placing.library if standing.private else standing.library,
        private=placing.private,
    )


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
    if _is_public(list(marks.values())) and not _is_public([each for each in marks.values() if each != earlier]):
        await write_down(tx, person, item, What.UNDONE, at=at)
    await show_savers_of(tx, person.workspace, item, at)
    await mend_roundups(tx, person.workspace, [item] if earlier else [], at)


async def _item_of_post(
    tx: Transaction, workspace: str, post: PostKey, at: datetime, *, alone: bool = False
) -> str | None:
    """Of an erased post only the item that somebody's save keeps: the save can still be taken back."""
    new = await _new_item_of_post(tx, post, alone=alone)
    if new is None:
        return next(iter((await tx.library.led_to(workspace, [post])).get(post, [])), None)
    return await tx.library.add(workspace, new, at)


async def _new_item_of_post(tx: Transaction, post: PostKey, *, alone: bool) -> NewItem | None:
    """None for a post that is not stored. One that is kept alone is an item of its own: beside a page that others saved
    it would tell them of it."""
    stored = (await tx.posts.get([post])).get(post)
    if stored is None:
        return None
    author = (await tx.posts.authors(post.source, [stored.author_id])).get(stored.author_id)
    new = new_item(stored, author)
    return replace(new, key=key_of_post(post)) if alone else new


async def undo(tx: Transaction, person: PersonKey, item: str, at: datetime) -> bool:
    """Ends all marks of that person on the item. False where none stood."""
    was_public = _is_public(await tx.library.marks(person.workspace, item, person.person))
    ended = await tx.library.end_marks(person, item, at, Ending.UNDONE)
    if was_public:
        await write_down(tx, person, item, What.UNDONE, at=at)
    await show_savers_of(tx, person.workspace, item, at)
    await mend_roundups(tx, person.workspace, [item] if ended else [], at)
    return ended > 0


async def show_savers_of(tx: Transaction, workspace: str, item: str, at: datetime) -> None:
    """Wants every message with a post that leads to the item to say who saved it by then, soon."""
    known = (await tx.library.items(workspace, [item])).get(item)
    for post in known.citations if known else ():
        shown = await tx.outbox.showing(workspace, post)
        await tx.outbox.refresh(workspace, shown, at, COUNTS_AT_MOST_EVERY)


def new_item(post: Post, author: Author | None) -> NewItem:
    """The item of a post: the page that it leads to, else the post itself."""
    credit = f"{author.name} @{author.handle}" if author else ""
    links = " ".join(f"{link.title} {link.description} {host_of(link.url)}" for link in post.links)
    tags = " ".join(f"#{tag}" for tag in post.hashtags)
    alt = " ".join(media.alt_text for media in post.media)
    said = folded(f"{post.text} {credit} {links} {tags} {alt}")
    resource = resource_of(post)
    if resource is not None and not is_too_long(resource.url):
        page = link_item(resource.url, resource.title)
        is_titled = any(link.title for link in post.links if link.url == resource.url)
        untitled = not is_titled and not is_link_to_a_post(resource.url)
        return replace(page, post=post.key, post_text=said, kind=kind_of_page(resource.url), untitled=untitled)
    title = f"Post by {author.name}" if author else "A post"
    return NewItem(
        id=new_id(),
        key=key_of_post(post.key),
        url=post.url,
        title=cut(" ".join(title.split()), LONGEST_TITLE)[0],
        search_text="",
        post=post.key,
        kind=_kind_of(post),
        post_text=said,
    )


def _kind_of(post: Post) -> str:
    """A post that leads nowhere may show something or ask something itself."""
    if any(media.kind is MediaKind.VIDEO for media in post.media):
        return "video"
    return "question" if "?" in post.text else "other"


def link_item(url: str, title: str) -> NewItem:
    """The item of a page of the web; two spellings of its address are one item. Raises Mistake."""
    if not is_web_address(url):
        raise Mistake("That is not a web address, so it cannot be saved.")
    if is_too_long(url):
        raise Mistake("The address of that page is too long to be saved.")
    written = url.partition("://")[2].removeprefix("www.")
    said = cut(" ".join(title.split()) or written, LONGEST_TITLE)[0]
    return NewItem(
        id=new_id(),
        key=f"{LINK}{canonical(url)}",
        url=url,
        title=said,
        search_text=folded(f"{said} {host_of(url)} {url}"),
        untitled=not title.strip() and not is_link_to_a_post(url),
    )
