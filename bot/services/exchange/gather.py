"""Items of the library as a file may tell of them: without what was removed, hidden, or is others' alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.exchange.entry import Entry, Said
from bot.domain.keys import PersonKey, PostKey
from bot.domain.library import Item
from bot.domain.post import Author, Post
from bot.ports import Place, Transaction
from bot.services.library.entry_words import kind_of
from bot.services.parts import Parts
from bot.services.people.names import as_named
from bot.services.people.threshold import as_seen, is_for_all
from bot.services.posts.authors import authors_of
from bot.services.posts.hiding import NO_LONGER, not_shown
from bot.services.posts.post_words import as_read


@dataclass(frozen=True, slots=True)
class Telling:
    """To whom it is told. `is_own` is what that person saved, for themselves alone too; `least` is how many have to
    have saved what everybody finds."""

    viewer: PersonKey
    is_own: bool
    least: int


async def entries_of(
    tx: Transaction, parts: Parts, telling: Telling, places: Sequence[Place]
) -> list[tuple[str, Entry]]:
    """The id of each with what is told of it, in the order of the places."""
    workspace = telling.viewer.workspace
    viewer = telling.viewer.person if telling.is_own else None
    known = await tx.library.items(workspace, [place.item for place in places], viewer)
    items = await as_named(tx, workspace, known, viewer)
    posts = await _Posts.gather(tx, workspace, items.values())
    told = ((place, items[place.item]) for place in places if place.item in items)
    entries = ((item.id, _entry(parts, telling, place, item, posts)) for place, item in told)
    return [(id_, entry) for id_, entry in entries if entry is not None]


@dataclass(frozen=True, slots=True)
class _Posts:
    stored: Mapping[PostKey, Post]
    hidden: Mapping[PostKey, str]
    authors: Mapping[tuple[str, str], Author]

    @classmethod
    async def gather(cls, tx: Transaction, workspace: str, items: Collection[Item]) -> "_Posts":
        keys = {post for item in items for post in (*item.citations, *((item.post,) if item.post else ()))}
        stored = await tx.posts.get(keys)
        return cls(stored, await not_shown(tx, workspace, keys), await authors_of(tx, stored.values()))


def _entry(parts: Parts, telling: Telling, place: Place, item: Item, posts: _Posts) -> Entry | None:
    if not _may_be_told(telling, item):
        return None
    why = posts.hidden.get(item.post) if item.post else None
    post = posts.stored.get(item.post) if item.post else None
    is_only_the_post = not item.is_link and (post is None or post.url == item.url)
    if why is not None and (why != NO_LONGER or is_only_the_post or not item.url):
        return None
    seen = as_seen(item, telling.least, telling.viewer.person)
    shown = post if why is None else None
    may_quote = shown is not None and parts.may_export_text(shown.key.source)
    return Entry(
        url=item.url,
        title=item.title,
        kind=kind_of(item),
        saved_at=place.at,
        tags=seen.tags,
        notes=tuple(Said(note.text, note.written_at, note.name, note.edited_at, note.private) for note in seen.notes),
        saved_by=seen.savers,
        shelves=seen.shelves,
        libraries=tuple(library for library in seen.libraries if library),
        citations=tuple((each.source, each.id) for each in item.citations if each not in posts.hidden),
        credit=_credit(posts, shown) if shown and may_quote else "",
        text=as_read(shown) if shown and may_quote else "",
        private=telling.is_own and item.private,
    )


def _may_be_told(telling: Telling, item: Item) -> bool:
    if item.removed_at is not None:
        return False
    if telling.is_own:
        return item.saved_by_me
    return item.saver_count > 0 and is_for_all(item, telling.least)


def _credit(posts: _Posts, post: Post) -> str:
    author = posts.authors.get((post.key.source, post.author_id))
    return f"{author.name} (@{author.handle})" if author else ""
