"""From content to a message: references become words, read from the store at the moment of sending."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.domain.actions import save_item, undo_save
from bot.domain.content import Content, Offer, Say, ShowDigest, ShowItem, ShowPost
from bot.domain.digest import Digest, DigestItem
from bot.domain.keys import ChannelKey, PostKey
from bot.domain.library import KEYCAPS, Item, savers_in_words
from bot.domain.links import host_of, is_web_address
from bot.domain.post import Author, Link, MediaKind, Post
from bot.ports import Abilities, Transaction
from bot.services.parts import Parts
from bot.services.wording import counted, cut, date_in_words, day_in_words, listed, moment_in_words
from bot.views import (
    Block,
    Button,
    Buttons,
    Credit,
    GoneItem,
    Heading,
    Hint,
    LibraryEntry,
    Message,
    Paragraph,
    PostItem,
    Resource,
)

LONGEST_TEXT = 600
LONGEST_EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Occasion:
    """To whom something is said, when, and with what the platform can do."""

    channel: ChannelKey
    zone: ZoneInfo
    now: datetime
    abilities: Abilities
    delivery: str = ""
    viewer: str | None = None


async def occasion_of(
    tx: Transaction, parts: Parts, channel: ChannelKey, *, delivery: str = "", viewer: str | None = None
) -> Occasion:
    known = await tx.channels.get(channel)
    zone = known.schedule.zone_info if known else ZoneInfo("UTC")
    return Occasion(channel, zone, parts.clock.now(), parts.abilities(channel.workspace), delivery, viewer)


async def present(tx: Transaction, parts: Parts, occasion: Occasion, content: Content) -> Message:
    """The message that says this content now. What was erased meanwhile is left out or said to be gone."""
    desk = await _Desk.gather(tx, parts, occasion, content)
    blocks = tuple(block for part in content for block in desk.blocks_for(part))
    return Message(blocks, summary="\n".join(line for block in blocks for line in _lines(block)))


class _Desk:
    """Everything that a message needs from the store, gathered once."""

    def __init__(self, parts: Parts, occasion: Occasion) -> None:
        self._parts = parts
        self._occasion = occasion
        self._digests: dict[str, Digest] = {}
        self._posts: dict[PostKey, Post] = {}
        self._authors: dict[tuple[str, str], Author] = {}
        self._items: dict[str, Item] = {}
        self._saved: dict[PostKey, Item] = {}
        self._names: dict[str, str] = {}

    @classmethod
    async def gather(cls, tx: Transaction, parts: Parts, occasion: Occasion, content: Content) -> "_Desk":
        desk = cls(parts, occasion)
        workspace = occasion.channel.workspace
        for part in content:
            if isinstance(part, ShowDigest) and (digest := await tx.digests.get(workspace, part.slot)):
                desk._digests[part.slot] = digest
        items = [part.item for part in content if isinstance(part, ShowItem)]
        desk._items = await tx.library.items(workspace, items, occasion.viewer)
        people = {part.by for part in content if isinstance(part, Say) and part.by}
        desk._names = await tx.people.names(workspace, people)
        posts = list(desk._post_keys(content))
        desk._posts = await tx.posts.get(posts)
        desk._saved = await tx.library.of_post(workspace, posts)
        for source in {key.source for key in desk._posts}:
            ids = {post.author_id for key, post in desk._posts.items() if key.source == source}
            for author in (await tx.posts.authors(source, ids)).values():
                desk._authors[source, author.id] = author
        return desk

    def _post_keys(self, content: Content) -> Iterable[PostKey]:
        yield from (PostKey(part.source, part.id) for part in content if isinstance(part, ShowPost))
        yield from (item.post for digest in self._digests.values() for item in digest.items)
        yield from (item.post for item in self._items.values() if item.post)

    def blocks_for(self, part: Say | Offer | ShowPost | ShowItem | ShowDigest) -> list[Block]:
        match part:
            case Say(text, _, by) if by:
                return [Paragraph(f"{self._names.get(by, 'A colleague')} {text}")]
            case Say(text, "heading"):
                return [Heading(text)]
            case Say(text, "hint"):
                return [Hint(text)]
            case Say(text):
                return [Paragraph(text)]
            case Offer(buttons):
                return [Buttons(tuple(Button(*each) for each in buttons))] if self._occasion.abilities.buttons else []
            case ShowPost(source, post_id, why, number):
                post = self._posts.get(PostKey(source, post_id))
                return [self._post(post, number, why, self._occasion.now)] if post else []
            case ShowItem(item):
                return [self._entry(self._items[item])] if item in self._items else []
            case ShowDigest(slot):
                return self._digest(self._digests[slot]) if slot in self._digests else []

    def _digest(self, digest: Digest) -> list[Block]:
        blocks: list[Block] = [Heading(digest_title(digest, self._occasion.zone))]
        if digest.in_part:
            blocks.append(Hint("Read in part today: not every topic could be read in full."))
        blocks.extend(self._digest_item(digest, item) for item in digest.items)
        return blocks

    def _digest_item(self, digest: Digest, item: DigestItem) -> PostItem | GoneItem:
        post = self._posts.get(item.post)
        if post is None or item.gone:
            return GoneItem(item.number, "no longer available")
        return self._post(post, item.number, item.why, digest.composed_at)

    def _post(self, post: Post, number: int | None, why: str, now: datetime) -> PostItem:
        author = self._authors.get((post.key.source, post.author_id))
        label = self._parts.source_label(post.key.source)
        may_show_text = self._occasion.abilities.can_take_back
        text, was_cut = cut(as_read(post), LONGEST_TEXT)
        return PostItem(
            number=number,
            credit=Credit(author.name, author.handle, author.profile_url) if author else None,
            when=moment_in_words(post.created_at, now=now, zone=self._occasion.zone),
            text=text if may_show_text else "",
            resource=resource_of(post),
            media=media_in_words(post) if may_show_text else (),
            poll=post.poll if may_show_text else (),
            context="",
            why=why,
            url=post.url,
            view_label=f"More on {label}" if was_cut else f"View on {label}",
            label="Invented sample post" if post.invented else "",
            saved_by=self._saved_by(self._saved.get(post.key)),
            emoji=self._emoji(number),
            buttons=self._save_button(number, author),
        )

    def _emoji(self, number: int | None) -> str:
        able = self._occasion.abilities.reaction_events and self._occasion.delivery
        return KEYCAPS[number - 1] if number and able else ""

    def _save_button(self, number: int | None, author: Author | None) -> tuple[Button, ...]:
        if number is None or not self._occasion.delivery or not self._occasion.abilities.buttons:
            return ()
        label = f"Save item {number}" + (f" by {author.name}" if author else "")
        return (Button(label, save_item(self._occasion.delivery, number).encode()),)

    def _saved_by(self, item: Item | None) -> str:
        return savers_in_words(item.savers, item.saver_count) if item else ""

    def _entry(self, item: Item) -> LibraryEntry:
        post = self._posts.get(item.post) if item.post else None
        author = self._authors.get((post.key.source, post.author_id)) if post else None
        undo = (Button(f"Undo: {cut(item.title, 40)[0]}", undo_save(item.id).encode()),)
        return LibraryEntry(
            item=item.id,
            title=item.title,
            url=item.url,
            host=host_of(item.url),
            when=date_in_words(item.saved_at.astimezone(self._occasion.zone).date()),
            saved_by=savers_in_words(item.savers, item.saver_count),
            text=cut(as_read(post), LONGEST_EXCERPT)[0] if post else "",
            credit=Credit(author.name, author.handle, author.profile_url) if author else None,
            view_label=f"View on {self._parts.source_label(post.key.source)}" if post else "",
            view_url=post.url if post else "",
            buttons=undo if item.saved_by_me and self._occasion.abilities.buttons else (),
        )


def digest_title(digest: Digest, zone: ZoneInfo) -> str:
    """`Tuesday 24 November · 5 posts from #edchat, #mathchat and 2 more`"""
    day = day_in_words(digest.composed_at.astimezone(zone).date())
    return f"{day} · {counted(len(digest.items), 'post')} from {listed(digest.topics, most=3)}"


def as_read(post: Post) -> str:
    """The wording as people see it at the source: short links by where they lead, those of pictures not at all."""
    text = post.text
    for link in post.links:
        if link.written:
            text = text.replace(link.written, _address_shown(link))
    for address in post.hidden_addresses:
        text = text.replace(address, "")
    return text.strip()


def resource_of(post: Post) -> Resource | None:
    """The first link that leads somewhere."""
    link = next((each for each in post.links if is_web_address(each.url)), None)
    return Resource(link.title or _address_shown(link), link.url, host_of(link.url)) if link else None


def _address_shown(link: Link) -> str:
    parts = urlsplit(link.url)
    return cut(host_of(link.url) + parts.path.rstrip("/"), 40)[0]


def media_in_words(post: Post) -> tuple[str, ...]:
    names: Mapping[MediaKind, str] = {
        MediaKind.PHOTO: "Picture",
        MediaKind.VIDEO: "Video",
        MediaKind.GIF: "Moving picture",
    }
    return tuple(
        f"{names[media.kind]}: {media.alt_text}" if media.alt_text else f"{names[media.kind]}, no description"
        for media in post.media
    )


def _lines(block: Block) -> Sequence[str]:
    match block:
        case Heading(text) | Paragraph(text) | Hint(text):
            return [text]
        case GoneItem(number, text):
            return [f"{number}. {text}"]
        case LibraryEntry():
            return [". ".join(part for part in (block.title, block.host, block.saved_by) if part)]
        case PostItem():
            return [_post_line(block)]
        case Buttons():
            return []


def _post_line(item: PostItem) -> str:
    number = f"{item.number}. " if item.number else ""
    who = f"{item.credit.name} (@{item.credit.handle})" if item.credit else "A post"
    link = f" {item.resource.title}, {item.resource.host}." if item.resource else ""
    text = " ".join(item.text.split())
    return f"{number}{who}, {item.when}: {text}{link} Why: {item.why}."
