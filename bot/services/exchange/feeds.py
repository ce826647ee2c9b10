"""News of the library at an address that only whoever has it can read; of the secret in it only a digest is kept."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from bot.domain.admin_acts import Decided
from bot.domain.department import library_key
from bot.domain.events import Person
from bot.domain.exchange import Listing, ListingKind
from bot.domain.exchange.atom import atom, updated_at
from bot.domain.keys import PersonKey
from bot.domain.people import Role
from bot.domain.session import hidden
from bot.errors import Mistake
from bot.ports import Feed, FeedCard, FeedText, NewFeed, Transaction
from bot.services.exchange.exporting import name_of
from bot.services.exchange.gather import Telling, entries_of
from bot.services.exchange.writing import title_of
from bot.services.ids import new_id
from bot.services.parts import Parts
from bot.services.people.admin_acts import decided
from bot.services.people.threshold import savers_needed

NEWEST = 50
MOST_FEEDS = 20
BYTES_OF_A_SECRET = 32
LONGEST_SECRET = 100
HAS_FEEDS = {ListingKind.LIBRARY, ListingKind.TAG, ListingKind.SHELF}


async def make_feed(tx: Transaction, parts: Parts, who: Person, what: Listing) -> NewFeed:
    """Raises Mistake."""
    if what.kind not in HAS_FEEDS:
        raise Mistake("There are feeds of a library, a tag or a shelf. Choose one of these.")
    title = title_of(what, await name_of(tx, who.key, what))
    if len(await tx.feeds.of(who.key.workspace, who.key.person)) >= MOST_FEEDS:
        raise Mistake(f"You have {MOST_FEEDS} feeds. End one that you no longer read, then make this one.")
    secret = token_urlsafe(BYTES_OF_A_SECRET)
    feed = Feed(new_id(), who.key, what, parts.clock.now(), hidden(secret))
    await tx.people.put(who)
    await tx.feeds.put(feed)
    return NewFeed(feed.id, title, secret)


async def feeds_for(tx: Transaction, who: PersonKey, role: Role) -> Sequence[FeedCard]:
    """Their own; for owners everybody's."""
    feeds = await tx.feeds.of(who.workspace, None if role is Role.OWNER else who.person)
    names = await tx.people.names(who.workspace, {feed.person.person for feed in feeds})
    departments = {library_key(name): name for name in await tx.library.departments(who.workspace)}
    return [
        FeedCard(
            id=feed.id,
            title=title_of(feed.what, departments.get(feed.what.value, "")),
            made_by=names.get(feed.person.person, ""),
            made_at=feed.made_at,
            is_mine=feed.person == who,
        )
        for feed in feeds
    ]


async def end_feed(tx: Transaction, who: PersonKey, role: Role, feed: str, *, at: datetime) -> str:
    """Raises Mistake where it is somebody else's, and the person no owner."""
    found = next((each for each in await tx.feeds.of(who.workspace) if each.id == feed), None)
    if found is None:
        return "This feed has ended already."
    if role is not Role.OWNER and found.person != who:
        raise Mistake("This feed is somebody else's. They can end it, or an admin can.")
    await tx.feeds.end(who.workspace, feed)
    if found.person != who:
        await decided(tx, who.workspace, who.person, Decided.FEED_ENDED, at=at)
    return "The feed has ended. Its address leads nowhere now."


async def feed_text(tx: Transaction, parts: Parts, feed: Feed, address: str) -> FeedText:
    """What its readers get at that address: the newest, as everybody in the workspace finds them."""
    workspace = feed.person.workspace
    least = await savers_needed(tx, workspace)
    telling = Telling(feed.person, is_own=False, least=least)
    places = await tx.listings.standing(workspace, feed.what, viewer="", least=least, most=NEWEST)
    entries = await entries_of(tx, parts, telling, places)
    departments = {library_key(name): name for name in await tx.library.departments(workspace)}
    title = title_of(feed.what, departments.get(feed.what.value, ""))
    updated = max([feed.made_at, *(updated_at(entry) for _, entry in entries)])
    text = atom(feed.id, title, address, updated, entries)
    return FeedText(feed.id, text, f'"{sha256(text.encode()).hexdigest()[:32]}"')
