"""From content to a message: references become words, read from the store at the moment of sending."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.domain.actions import (
    ask_why,
    fits_on_a_button,
    flag_post,
    go_way,
    keep_post,
    less_like,
    mute_author,
    report_item,
    run_command,
    save_item,
    turn_to,
)
from bot.domain.content import (
    AskForm,
    Content,
    Offer,
    OfferWays,
    Part,
    Say,
    ShowCard,
    ShowCover,
    ShowDigest,
    ShowFile,
    ShowHome,
    ShowItem,
    ShowLink,
    ShowPost,
    ShowRoundup,
    SignInLink,
    Way,
    ways_in,
)
from bot.domain.digest import Digest, DigestItem
from bot.domain.keys import ChannelKey, PersonKey, PostKey
from bot.domain.library import KEYCAPS, Item, savers_in_words
from bot.domain.links import host_of, is_web_address
from bot.domain.post import Author, Post
from bot.domain.search import Passage
from bot.ports import Abilities, Transaction
from bot.services.library.entry_words import (
    entry_buttons,
    entry_menu,
    found_in,
    note_in_words,
    save_button,
    savers_told,
    tags_in_words,
)
from bot.services.parts import Parts
from bot.services.people.names import as_named, names_shown
from bot.services.people.sign_in_links import link_of
from bot.services.people.threshold import as_seen, is_for_all, savers_needed
from bot.services.posts.contexts import contexts_in_words
from bot.services.posts.hiding import NO_LONGER, SENSITIVE, not_shown_of, pointer_in_words
from bot.services.posts.post_words import as_read, digest_title, media_in_words, resource_of
from bot.services.saying.files import file_block
from bot.services.saying.labels import told_apart
from bot.services.saying.own_page import own_page
from bot.services.saying.summary import in_plain_text
from bot.services.wording import counted, cut, date_in_words, day_in_words, moment_in_words
from bot.views import (
    Block,
    Button,
    Buttons,
    Credit,
    GoneItem,
    Heading,
    Hint,
    LibraryEntry,
    Link,
    Message,
    Paragraph,
    PostItem,
)

LONGEST_TEXT = 600
LONGEST_EXCERPT = 200
LONGEST_BEGINNING = 120
MOST_NOTES = 3
MOST_CITATIONS = 20
"""Of so many posts that lead to an item one is chosen to be shown."""
CAN_YOU_HELP = "Perhaps somebody here can help."
NOTHING: Mapping[str, Item] = MappingProxyType({})


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
    able = parts.abilities(channel.workspace)
    able = able.in_own_channel() if known and known.owner else able
    return Occasion(channel, zone, parts.clock.now(), able, delivery, viewer)


async def present(
    tx: Transaction, parts: Parts, occasion: Occasion, content: Content, known: Mapping[str, Item] = NOTHING
) -> Message:
    """The message that says this content now. What was erased meanwhile is left out or said to be gone. Items that are
    `known` were read for this viewer in the same transaction."""
    content = await _with_pages(tx, parts, occasion, content)
    desk = await _Desk.gather(tx, parts, occasion, content, known)
    files = await _files(tx, parts, occasion, content)
    blocks = (*told_apart(block for part in content for block in desk.blocks_for(part)), *files)
    return Message(blocks, summary=in_plain_text(blocks))


async def _items(
    tx: Transaction, occasion: Occasion, wanted: Sequence[str], known: Mapping[str, Item]
) -> dict[str, Item]:
    there = {item: known[item] for item in wanted if item in known}
    others = [item for item in wanted if item not in known]
    return there | await tx.library.items(occasion.channel.workspace, others, occasion.viewer) if others else there


async def _with_pages(tx: Transaction, parts: Parts, occasion: Occasion, content: Content) -> Content:
    """With each person's own page written out."""
    written: list[Part] = []
    for part in content:
        if isinstance(part, ShowHome):
            written.extend(await own_page(tx, parts, occasion.channel.workspace, part.person))
        else:
            written.append(part)
    return tuple(written)


async def _files(tx: Transaction, parts: Parts, occasion: Occasion, content: Content) -> list[Block]:
    """Below all that is said; where several people read there is nothing to give."""
    if occasion.viewer is None:
        return []
    viewer = PersonKey(occasion.channel.workspace, occasion.viewer)
    wanted = [part for part in content if isinstance(part, ShowFile)]
    return [await file_block(tx, parts, viewer, occasion.abilities, part) for part in wanted]


class _Desk:
    """Everything that a message needs from the store, gathered once."""

    def __init__(self, parts: Parts, occasion: Occasion) -> None:
        self._parts = parts
        self._occasion = occasion
        self._digests: dict[str, Digest] = {}
        self._posts: dict[PostKey, Post] = {}
        self._hidden: dict[PostKey, str] = {}
        self._authors: dict[tuple[str, str], Author] = {}
        self._items: dict[str, Item] = {}
        self._saved: dict[PostKey, Item] = {}
        self._contexts: dict[PostKey, str] = {}
        self._has_departments = False
        self._names: dict[str, str] = {}
        self._ways: Sequence[Way] = ()
        self._least = 1
        self._share_in = ""

    @classmethod
    async def gather(
        cls, tx: Transaction, parts: Parts, occasion: Occasion, content: Content, known: Mapping[str, Item] = NOTHING
    ) -> "_Desk":
        desk = cls(parts, occasion)
        workspace = occasion.channel.workspace
        for part in content:
            if isinstance(part, ShowDigest | ShowCover | ShowCard) and (
                digest := await tx.digests.get(workspace, part.slot)
            ):
                desk._digests[part.slot] = digest
        items = [item for part in content for item in _library_items(part)]
        desk._least = least = await savers_needed(tx, workspace)
        desk._share_in = await _name_of(tx, occasion)
        found = await as_named(tx, workspace, await _items(tx, occasion, items, known), occasion.viewer)
        desk._items = {key: as_seen(item, least, occasion.viewer) for key, item in found.items()}
        desk._ways = ways_in(content)
        people = {part.by for part in content if isinstance(part, Say) and part.by}
        if any(_library_items(part) for part in content):
            desk._names = await names_shown(tx, workspace, people, occasion.viewer)
        else:
            desk._names = await tx.people.names(workspace, people)
        desk._has_departments = bool(items) and await tx.library.has_departments(workspace)
        posts = list(desk._post_keys(content))
        desk._posts = await tx.posts.get(posts)
        desk._hidden = await not_shown_of(tx, workspace, posts, desk._posts)
        desk._items = {key: _with_what_can_be_shown(item, desk._hidden) for key, item in desk._items.items()}
        told_of = {post for item in desk._items.values() for post in item.citations}
        shown = [post for post in desk._shown_posts(content) if post not in told_of]
        of_posts = await tx.library.of_post(workspace, shown) if shown else {}
        saved = await as_named(tx, workspace, of_posts, occasion.viewer) if of_posts else {}
        desk._saved = {key: item for key, item in saved.items() if is_for_all(item, least)}
        desk._contexts = await contexts_in_words(tx, occasion.channel, desk._posts.values())
        for source in {key.source for key in desk._posts}:
            ids = {post.author_id for key, post in desk._posts.items() if key.source == source}
            for author in (await tx.posts.authors(source, ids)).values():
                desk._authors[source, author.id] = author
        return desk

    def _shown_posts(self, content: Content) -> Iterable[PostKey]:
        """Those that are shown as posts, with who saved them, unless their item stands beside them."""
        yield from (PostKey(part.source, part.id) for part in content if isinstance(part, ShowPost))
        yield from (item.post for digest in self._digests.values() for item in digest.items)

    def _post_keys(self, content: Content) -> Iterable[PostKey]:
        yield from self._shown_posts(content)
        yield from (item.post for item in self._items.values() if item.post)
        yield from (post for item in self._items.values() for post in item.citations[:MOST_CITATIONS])

    def blocks_for(self, part: Part) -> Sequence[Block]:  # noqa: C901, PLR0912 - a case each
        match part:
            case Say():
                return [self._sentence(part)]
            case Offer(buttons):
                return self._buttons(*(Button(*each) for each in buttons))
            case OfferWays(ways):
                return self._buttons(*(button for way in ways for button in self._way(way)))
            case ShowLink(label, url):
                return [Link(label, url)] if is_web_address(url) else []
            case SignInLink(id_):
                return [Link("Open the library", link_of(self._parts, id_))]
            case AskForm(again=again):
                return self._buttons(Button("Open the form again", again)) if self._occasion.abilities.forms else []
            case ShowPost(amount="all"):
                return self._lone_post(part)
            case ShowPost():
                return self._short_post(part)
            case ShowItem(item, sought):
                return self._with_acts(self._items[item], sought) if item in self._items else []
            case ShowDigest(slot):
                return self._digest(self._digests[slot]) if slot in self._digests else []
            case ShowCover(slot):
                return self._cover(self._digests[slot]) if slot in self._digests else []
            case ShowCard(slot, number, alone):
                card = self._card(self._digests[slot], number) if slot in self._digests else []
                return [_without_number(block) for block in card] if alone else card
            case ShowRoundup(items, total, since):
                standing = [self._items[item] for item in items if item in self._items]
                return self._roundup(standing, total - len(items), since)
            case ShowHome() | ShowFile():
                return []

    def _sentence(self, said: Say) -> Block:
        match said:
            case Say(text, _, by) if by:
                return Paragraph(f"{self._names.get(by, 'A colleague')} {text}")
            case Say(text, "heading"):
                return Heading(text)
            case Say(text, "hint"):
                return Hint(text)
            case _:
                return Paragraph(said.text)

    def _buttons(self, *buttons: Button) -> list[Block]:
        return [Buttons(buttons)] if self._occasion.abilities.buttons else []

    def _way(self, way: Way) -> list[Button]:
        """None for a long command in what is no message of its own."""
        action = run_command(way.command) if way.page == 1 else turn_to(way.page, way.command)
        if not fits_on_a_button(action):
            action = go_way(self._occasion.delivery, self._ways.index(way) + 1)
        return [Button(way.label, action.encode())] if fits_on_a_button(action) else []

    def _digest(self, digest: Digest) -> list[Block]:
        return [*self._head(digest), *(self._digest_item(digest, item) for item in digest.items)]

    def _cover(self, digest: Digest) -> list[Block]:
        able = self._occasion.abilities
        ways = ["press Save below it"] if able.buttons else []
        if able.reaction_events:
            ways.append(f"react to it with {_with_its_name(next(iter(self._parts.shelves), ''))}")
        how = f"To save an item, {' or '.join(ways)}." if ways else ""
        return [*self._head(digest), *([Hint(how)] if how else [])]

    def _roundup(self, items: Sequence[Item], left_out: int, since: date) -> list[Block]:
        """What was hidden, or taken out of the library, is not spoken of. `left_out` is how many more there were."""
        standing = [item for item in items if item.saver_count and self._is_worth_a_look(item)]
        told = f"What colleagues saved, tagged or noted since {day_in_words(since)}."
        more = f" These are {len(standing)} of them, those of most colleagues first." if left_out > 0 else ""
        return [
            Heading(f"The week in the library: {counted(len(standing) + left_out, 'item')}"),
            Hint(told + more),
            *(block for item in standing for block in self._look_back(item)),
        ]

    def _is_worth_a_look(self, item: Item) -> bool:
        """Of a post that vanished the page it led to may be left."""
        why = self._hidden.get(item.post) if item.post else None
        return why is None or (why == NO_LONGER and bool(self._page_of(item)))

    def _look_back(self, item: Item) -> list[Block]:
        """Where nothing can be taken back, nobody is named and nobody's words are shown."""
        return [
            self._for_good(block, item) if isinstance(block, LibraryEntry) else block for block in self._entry(item)
        ]

    def _for_good(self, entry: LibraryEntry, item: Item) -> LibraryEntry:
        if self._occasion.abilities.can_take_back:
            return entry
        return replace(entry, text="", marks=(), notes=(), saved_by=savers_in_words((), item.saver_count))

    def _head(self, digest: Digest) -> list[Block]:
        in_part = ["Read in part today: not every topic could be read in full."] if digest.in_part else []
        hints = [Hint(said) for said in (*in_part, *digest.remarks)]
        return [Heading(digest_title(digest, self._occasion.zone)), *hints]

    def _card(self, digest: Digest, number: int) -> list[Block]:
        """One item alone: any emoji that saves is enough."""
        emoji = next(iter(self._parts.shelves), "")
        return [
            replace(block, emoji=emoji if block.emoji else "") if isinstance(block, PostItem) else block
            for block in (self._digest_item(digest, item) for item in digest.items if item.number == number)
        ]

    def _digest_item(self, digest: Digest, item: DigestItem) -> PostItem | GoneItem:
        post = self._posts.get(item.post)
        if item.post in self._hidden:
            return GoneItem(item.number, self._hidden[item.post])
        if post is None or item.gone:
            return GoneItem(item.number, NO_LONGER)
        shown = self._post(post, item.number, item.why, digest.composed_at)
        return self._asking(shown, post) if item.asks else shown

    def _lone_post(self, part: ShowPost) -> list[Block]:
        key = PostKey(part.source, part.id)
        post = self._posts.get(key)
        if post is None or key in self._hidden:
            return [GoneItem(part.number, self._hidden[key])] if part.number and key in self._hidden else []
        shown = self._post(post, part.number, part.why, self._occasion.now)
        shown = self._asking(shown, post) if part.asks else shown
        return [self._to_keep(shown, key) if part.saves and self._has_buttons else shown]

    def _to_keep(self, item: PostItem, key: PostKey) -> PostItem:
        """With buttons that name the post itself, because it stands in no digest."""
        whose = f" by {item.credit.name}" if item.credit else ""
        save = Button(f"Save this post{whose}", keep_post(key.source, key.id).encode())
        report = Button(f"Report this post{whose}", flag_post(key.source, key.id).encode())
        return replace(item, buttons=(save,), menu=(report,))

    def _pointer(self, part: ShowPost) -> Paragraph:
        """Also to a post that is hidden here because it was reported."""
        key = PostKey(part.source, part.id)
        post = None if self._hidden.get(key) == NO_LONGER else self._posts.get(key)
        author = self._authors.get((post.key.source, post.author_id)) if post else None
        return Paragraph("".join([f"{part.number}. " if part.number else "", pointer_in_words(post, author)]))

    def _short_post(self, part: ShowPost) -> list[Block]:
        """What a list of many says of each. What is hidden is not linked to either."""
        key = PostKey(part.source, part.id)
        post = self._posts.get(key)
        if part.amount == "pointer":
            return [self._pointer(part)]
        if key in self._hidden and not (part.amount == "author" and self._hidden[key] == SENSITIVE):
            return [Hint(f"One post is {self._hidden[key]}.")]
        if post is None:
            return []
        whole = self._post(post, None, part.why, self._occasion.now)
        text = cut(" ".join(whole.text.split()), LONGEST_BEGINNING)[0] if part.amount == "beginning" else ""
        return [replace(whole, text=text, resource=None, media=(), poll=(), context="", saved_by="")]

    def _post(self, post: Post, number: int | None, why: str, now: datetime) -> PostItem:
        author = self._authors.get((post.key.source, post.author_id))
        label = self._parts.source_label(post.key.source)
        may_show_text = self._occasion.abilities.can_take_back
        text, was_cut = cut(as_read(post), LONGEST_TEXT)
        return PostItem(
            number=number,
            credit=_credit(author),
            when=moment_in_words(post.created_at, now=now, zone=self._occasion.zone),
            text=text if may_show_text else "",
            resource=resource_of(post),
            media=media_in_words(post) if may_show_text else (),
            poll=post.poll if may_show_text else (),
            context=self._contexts.get(post.key, "") if may_show_text else "",
            why=why,
            url=post.url,
            view_label=f"More on {label}" if was_cut else f"View on {label}",
            label="Invented sample post" if post.invented else "",
            saved_by=self._saved_by(self._saved.get(post.key)),
            emoji=self._emoji(number),
            buttons=self._save_button(number, author),
            menu=self._menu(number),
            unsigned=f"A post on {label}",
        )

    def _asking(self, item: PostItem, post: Post) -> PostItem:
        """With the way to answer, for a question that has hardly been answered."""
        if not is_web_address(post.reply_url):
            return item
        label = f"Reply on {self._parts.source_label(post.key.source)}"
        return replace(item, context=CAN_YOU_HELP, reply_url=post.reply_url, reply_label=label)

    def _emoji(self, number: int | None) -> str:
        able = self._occasion.abilities.reaction_events and self._occasion.delivery
        return KEYCAPS[number - 1] if number and able else ""

    def _save_button(self, number: int | None, author: Author | None) -> tuple[Button, ...]:
        if number is None or not self._has_buttons:
            return ()
        label = f"Save item {number}" + (f" by {author.name}" if author else "")
        return (Button(label, save_item(self._occasion.delivery, number).encode()),)

    def _menu(self, number: int | None) -> tuple[Button, ...]:
        if number is None or not self._has_buttons:
            return ()
        delivery = self._occasion.delivery
        return (
            Button(f"Less like item {number}", less_like(delivery, number).encode()),
            Button(f"Mute author of item {number}", mute_author(delivery, number).encode()),
            Button(f"Why item {number}?", ask_why(delivery, number).encode()),
            Button(f"Report item {number}", report_item(delivery, number).encode()),
        )

    @property
    def _has_buttons(self) -> bool:
        return bool(self._occasion.delivery) and self._occasion.abilities.buttons

    def _saved_by(self, item: Item | None) -> str:
        return savers_in_words(item.savers, item.saver_count) if item else ""

    def _with_acts(self, item: Item, sought: str) -> list[Block]:
        """What stands there no longer is only said to be gone."""
        if not item.saver_count and not item.saved_by_me:
            return [Hint("This item is no longer in the library.")]
        return [
            self._acting(block, item) if isinstance(block, LibraryEntry) else block
            for block in self._entry(item, sought)
        ]

    def _acting(self, entry: LibraryEntry, item: Item) -> LibraryEntry:
        """In a channel it can be saved by everybody; whoever looks alone can do more."""
        able = self._occasion.abilities
        called = replace(item, title=entry.title)
        if self._occasion.viewer is None:
            return replace(self._for_good(entry, item), buttons=(save_button(called),) if self._has_buttons else ())
        share_in = self._share_in if item.saver_count and is_for_all(item, self._least) else ""
        more = self._has_departments and is_for_all(item, self._least)
        menu = entry_menu(called, share_in, has_departments=more) if self._has_buttons else ()
        return replace(entry, buttons=entry_buttons(called, able), menu=menu)

    def _entry(self, item: Item, sought: str = "") -> list[Block]:
        why = self._hidden.get(item.post) if item.post else None
        if why is not None:
            return self._entry_without_post(item) if why == NO_LONGER else [Hint(f"One saved item is {why}.")]
        post = self._posts.get(item.post) if item.post else None
        author = self._authors.get((post.key.source, post.author_id)) if post else None
        shown = found_in(as_read(post), sought, LONGEST_EXCERPT) if post else Passage("")
        entry = LibraryEntry(
            item=item.id,
            title=item.title,
            url=item.url,
            host=host_of(item.url),
            when=date_in_words(item.saved_at.astimezone(self._occasion.zone).date()),
            saved_by=savers_told(item),
            text=shown.text,
            marks=shown.marks,
            credit=_credit(author),
            view_label=f"View on {self._parts.source_label(post.key.source)}" if post else "",
            view_url=post.url if post else "",
            tags=tags_in_words(item),
            notes=tuple(note_in_words(note) for note in item.notes[-MOST_NOTES:]),
        )
        return [entry]

    def _entry_without_post(self, item: Item) -> list[Block]:
        """What colleagues said about a post, and the page it led to, stay theirs when it has vanished."""
        page = self._page_of(item)
        bare = replace(item, title=item.title if page else f"A post that is {NO_LONGER}")
        entry = LibraryEntry(
            item=item.id,
            title=bare.title,
            url=page,
            host=host_of(page) if page else "",
            when=date_in_words(item.saved_at.astimezone(self._occasion.zone).date()),
            saved_by=savers_told(item),
            tags=tags_in_words(item),
            notes=tuple(note_in_words(note) for note in item.notes[-MOST_NOTES:]),
        )
        return [entry]

    def _page_of(self, item: Item) -> str:
        """Where a saved post led to; empty where that was only the post itself."""
        post = self._posts.get(item.post) if item.post else None
        return "" if post and post.url == item.url else item.url


async def _name_of(tx: Transaction, occasion: Occasion) -> str:
    """The channel that others read, too; empty where that is nobody else's."""
    known = await tx.channels.get(occasion.channel)
    if occasion.channel.channel == occasion.viewer or (known and known.owner):
        return ""
    return known.name if known else "this channel"


def _with_what_can_be_shown(item: Item, hidden: Mapping[PostKey, str]) -> Item:
    """Of several posts that lead to it the newest that can be shown."""
    there = (post for post in item.citations[:MOST_CITATIONS] if post not in hidden)
    return replace(item, post=next(there, item.post))


def _library_items(part: Part) -> Sequence[str]:
    match part:
        case ShowItem(item):
            return [item]
        case ShowRoundup(items):
            return items
        case _:
            return []


def _credit(author: Author | None) -> Credit | None:
    return Credit(author.name, author.handle, author.profile_url) if author else None


def _without_number(block: Block) -> Block:
    """A post that came alone, after which nobody counts."""
    if not isinstance(block, PostItem) or block.number is None:
        return block
    counted_as = f"item {block.number}"
    buttons, menu = (
        tuple(replace(each, label=each.label.replace(counted_as, "this post", 1)) for each in some)
        for some in (block.buttons, block.menu)
    )
    return replace(block, number=None, buttons=buttons, menu=menu)


def _with_its_name(emoji: str) -> str:
    """`🔖 (bookmark)`: nobody has to recognise a picture."""
    name = unicodedata.name(emoji[:1], "").lower()
    return f"{emoji} ({name})" if name else emoji
