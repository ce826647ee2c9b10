"""Compose: a due slot becomes a digest and the delivery that shows it."""

from collections.abc import Sequence
from datetime import date, timedelta

import structlog

from bot.domain.channel import Channel, Slot
from bot.domain.content import Say
from bot.domain.delivery import NewDelivery
from bot.domain.digest import Digest, DigestItem
from bot.domain.keys import PostKey
from bot.domain.post import Post
from bot.domain.schedule import Reading, SlotKind, SlotState
from bot.errors import StaffroomError, StoreError
from bot.flow.context import look_up_contexts
from bot.flow.introduce import introduce_freely
from bot.flow.layout import deliveries_of
from bot.flow.roundup import round_up
from bot.flow.unwind import unwind
from bot.ports import Accounts, PostSource, Transaction
from bot.services.digest.calendars import why_closed
from bot.services.digest.explained import nothing_in_words
from bot.services.digest.gaps import lost_time_in_words
from bot.services.digest.selection import Selection, among, mutes_any, select
from bot.services.ids import new_id
from bot.services.parts import Parts
from bot.services.reading.means import can_pay
from bot.services.reading.silences import silences_in_words
from bot.services.reading.spending import SpendingAllowance
from bot.services.report import INSTALLATION, report, report_over
from bot.services.wording import counted, listed

LEASE = timedelta(minutes=5)
PATIENCE = timedelta(minutes=10)
STILL_WORTH_SENDING = timedelta(hours=4)
ROUNDUP_STILL_WORTH_SENDING = timedelta(days=1)
MOST_CHOICES = 3
REMEMBER_AUTHORS_FOR = timedelta(days=30)
QUIET_MORNINGS_BEFORE_SAYING_SO = 3
UNREAD = "unread"
READ_AGAIN = "Posts can be read again; what was missed comes with the next digests."

log = structlog.get_logger(__name__)


async def compose(parts: Parts) -> bool:
    """Composes the earliest due slot. False where none is due."""
    async with parts.store.transaction() as tx:
        slot = await tx.slots.claim(parts.worker, parts.clock.now(), LEASE, PATIENCE)
        channel = await _unhindered(tx, parts, slot) if slot else None
    if slot and channel:
        await _compose_or_say_so(parts, slot, channel)
    return slot is not None


async def _compose_or_say_so(parts: Parts, slot: Slot, channel: Channel) -> None:
    """What goes wrong in one channel keeps no other from its digest; it is tried again when the lease has ended."""
    try:
        await _compose_for(parts, slot, channel)
    except StoreError:
        raise
    except Exception:
        log.exception("composing failed", slot=slot.id, channel=slot.channel.channel)
        async with parts.store.transaction() as tx:
            await report(tx, parts, INSTALLATION, f"composing:{slot.id}", _failed(channel))


async def _compose_for(parts: Parts, slot: Slot, channel: Channel) -> None:
    """Choosing takes a while, in which somebody may pause the channel, or take it away."""
    selection = await _select(parts, channel) if slot.kind is not SlotKind.ROUNDUP else None
    if selection:
        await look_up_contexts(parts, channel, [each.post for each in selection.choice.chosen])
    async with parts.store.transaction() as tx:
        current = await _unhindered(tx, parts, slot)
        if current and selection:
            await _write(tx, parts, slot, current, selection)
        elif current:
            await round_up(tx, parts, slot, current)


async def _unhindered(tx: Transaction, parts: Parts, slot: Slot) -> Channel | None:
    """The slot's channel. None where nothing may come there: then the slot is finished, and says why."""
    channel = await tx.channels.get(slot.channel)
    hindrance = await _hindrance(tx, parts, slot, channel)
    if not hindrance:
        return channel
    log.info("slot skipped", slot=slot.id, channel=slot.channel.channel, why=hindrance)
    await tx.slots.finish(slot, SlotState.SKIPPED, hindrance)
    return None


async def _hindrance(tx: Transaction, parts: Parts, slot: Slot, channel: Channel | None) -> str:
    """As a part of a sentence; empty where there is none."""
    if channel is None:
        return "the channel is no longer there"
    if parts.chat_of(slot.channel.workspace) is None:
        return "no chat is connected to the workspace"
    if slot.kind is SlotKind.ROUNDUP and channel.roundup is None:
        return "there is no round-up any more"
    if closed := await _why_closed(tx, parts, channel, slot):
        return f"no digest that day: {closed}"
    return _too_late(parts, slot)


async def _why_closed(tx: Transaction, parts: Parts, channel: Channel, slot: Slot) -> str:
    """It may have been planned before somebody paused the digests; one on request comes whatever the day."""
    match slot.kind:
        case SlotKind.MORNING:
            return await why_closed(tx, parts, channel, date.fromisoformat(slot.key))
        case SlotKind.ROUNDUP:
            return await why_closed(tx, parts, channel, channel.schedule.local_date(slot.due_at))
        case _:
            return ""


def _too_late(parts: Parts, slot: Slot) -> str:
    late = parts.clock.now() - slot.due_at
    if slot.kind is SlotKind.MORNING and late > STILL_WORTH_SENDING:
        return "it would have come more than four hours late"
    if slot.kind is SlotKind.ROUNDUP and late > ROUNDUP_STILL_WORTH_SENDING:
        return "it would have come more than a day late"
    return ""


async def _write(tx: Transaction, parts: Parts, slot: Slot, channel: Channel, selection: Selection) -> None:
    if slot.reading is Reading.WAITING:
        await report(tx, parts, INSTALLATION, UNREAD, _unread(channel))
    elif slot.reading is Reading.DONE:
        await report_over(tx, parts, INSTALLATION, UNREAD, READ_AGAIN)
    if selection.choice.chosen:
        await _write_digest(tx, parts, slot, channel, selection)
    elif slot.reading is Reading.DONE:
        await _stay_quiet(tx, parts, slot, channel, selection)
    else:
        await _say_unread(tx, parts, slot)


async def _select(parts: Parts, channel: Channel) -> Selection:
    """Who wrote a post and where its short links lead is often known only once it is chosen, and may turn out to be
    somebody the channel mutes or a page that it has seen: then the choice is made anew."""
    looked_into = set[PostKey]()
    for _ in range(MOST_CHOICES):
        async with parts.store.reading() as tx:
            selection = await select(tx, parts, channel)
            new = [each.post for each in selection.choice.chosen if each.post.key not in looked_into]
            strangers = await _without_author(tx, parts, new)
        looked_into.update(post.key for post in new)
        if strangers:
            await _introduce(parts, channel, strangers)
        if not await unwind(parts, new) and (not strangers or await _is_still_wanted(parts, channel, selection)):
            return selection
    async with parts.store.reading() as tx:
        return among(looked_into, await select(tx, parts, channel))


async def _is_still_wanted(parts: Parts, channel: Channel, selection: Selection) -> bool:
    async with parts.store.reading() as tx:
        return not await mutes_any(tx, channel, [each.post for each in selection.choice.chosen])


def _whose(channel: Channel) -> str:
    return "somebody's personal digest" if channel.owner else channel.name


def _failed(channel: Channel) -> str:
    return (
        f"What is due for {_whose(channel)} could not be put together: it failed in a way nobody foresaw. It is tried "
        "again every five minutes until it is too late. See the log."
    )


def _unread(channel: Channel) -> str:
    return (
        f"The posts for {_whose(channel)} could not be read in time for its digest. What was missed is read as soon as "
        "possible and comes with the next one. See the log, and /pln status."
    )


async def _say_unread(tx: Transaction, parts: Parts, slot: Slot) -> None:
    """A morning that could not be read for is no quiet morning."""
    await tx.slots.finish(slot, SlotState.SKIPPED, "the posts could not be read")
    if slot.kind is not SlotKind.MORNING:
        await _queue(tx, parts, slot, (Say("The posts could not be read just now, so there is nothing to show yet."),))


async def _without_author(tx: Transaction, parts: Parts, posts: Sequence[Post]) -> list[Post]:
    not_before = parts.clock.now() - REMEMBER_AUTHORS_FOR
    strangers: list[Post] = []
    for source in {post.key.source for post in posts}:
        ours = [post for post in posts if post.key.source == source]
        known = await tx.posts.authors(source, {post.author_id for post in ours}, not_before)
        strangers.extend(post for post in ours if post.author_id not in known)
    return strangers


async def _introduce(parts: Parts, channel: Channel, strangers: Sequence[Post]) -> None:
    """Looks up who wrote the posts that will be shown: only where it is free if the channel's share is spent or the
    source is to be left alone. A post whose author stays unknown is shown all the same."""
    for name in {post.key.source for post in strangers} & set(parts.sources):
        source, ours = parts.sources[name], [post for post in strangers if post.key.source == name]
        async with parts.store.reading() as tx:
            may_pay = await can_pay(tx, parts, channel, source.prices.user)
        if may_pay and not parts.breakers.is_open(name, parts.clock.now()):
            await _introduce_paid(parts, channel, source, ours)
        else:
            await introduce_freely(parts, source, ours)


async def _introduce_paid(parts: Parts, channel: Channel, source: PostSource, strangers: Sequence[Post]) -> None:
    allowance = SpendingAllowance(parts.store, parts.clock, parts.caps, source.name, source.prices, payers=channel.key)
    try:
        answers = await source.authors(strangers, allowance)
    except StaffroomError as problem:
        log.warning("authors not found", source=source.name, problem=str(problem))
    else:
        await _keep_authors(parts, allowance, answers)


async def _keep_authors(parts: Parts, allowance: SpendingAllowance, answers: Sequence[Accounts]) -> None:
    async with parts.store.transaction() as tx:
        for answer in answers:
            await allowance.settle_in(tx, answer.receipt)
            await tx.posts.put_authors(list(answer.found.values()), parts.clock.now())


async def _write_digest(tx: Transaction, parts: Parts, slot: Slot, channel: Channel, selection: Selection) -> None:
    """A digest on request does not move the window: what it left out is still there in the morning."""
    chosen = selection.choice.chosen
    span = selection.span
    digest = Digest(
        slot=slot.id,
        channel=slot.channel,
        since=span.start,
        until=span.start if slot.kind is SlotKind.NOW else span.end,
        items=tuple(
            DigestItem(number, each.post.key, each.why, asks=each.asks) for number, each in enumerate(chosen, start=1)
        ),
        topics=selection.topics,
        looked_at=selection.choice.looked_at,
        composed_at=parts.clock.now(),
        in_part=slot.reading is not Reading.DONE,
        remarks=(*_read_before(parts, slot, channel), *await _remarks(tx, parts, channel)),
    )
    seen = [key for each in chosen for key in each.seen_keys]
    await tx.digests.put(digest, seen, parts.clock.now())
    for delivery in deliveries_of(digest, channel, parts.abilities(slot.channel.workspace), tuple(parts.shelves)):
        await tx.outbox.put(delivery, parts.clock.now())
    await tx.slots.finish(slot, SlotState.COMPOSED, f"{counted(len(chosen), 'post')} of {digest.looked_at}")
    log.info("digest composed", slot=slot.id, channel=slot.channel.channel, posts=len(chosen), of=digest.looked_at)


def _read_before(parts: Parts, slot: Slot, channel: Channel) -> list[str]:
    """Why nothing in a digest is new of today."""
    unread = [source for source in channel.sources if parts.breakers.is_open(source, parts.clock.now())]
    if slot.reading is Reading.DONE or not unread:
        return []
    named = listed([parts.source_label(source) for source in unread])
    return [f"{named} could not be read, so these posts were read before."]


async def _remarks(tx: Transaction, parts: Parts, channel: Channel) -> list[str]:
    """What readers should know of what is not in the digest."""
    topics = [following.topic for following in await tx.topics.followed(channel.key)]
    remarks = await lost_time_in_words(tx, parts, channel)
    for source in channel.sources:
        ours = [topic for topic in topics if topic.source in {"", source}]
        remarks += await silences_in_words(tx, parts, source, ours)
    return remarks


async def _queue(tx: Transaction, parts: Parts, slot: Slot, content: tuple[Say, ...]) -> None:
    await tx.outbox.put(
        NewDelivery(new_id(), f"slot:{slot.id}:1", slot.channel, content, slot=slot.id), parts.clock.now()
    )


async def _stay_quiet(tx: Transaction, parts: Parts, slot: Slot, channel: Channel, selection: Selection) -> None:
    """Nothing to show: a morning passes in silence until the third in a row; whoever asked is answered."""
    looked_at = selection.choice.looked_at
    log.info("nothing to show", slot=slot.id, channel=slot.channel.channel, of=looked_at)
    await tx.slots.finish(slot, SlotState.QUIET, f"nothing new among {counted(looked_at, 'post')}")
    if slot.kind is not SlotKind.MORNING:
        await _queue(tx, parts, slot, (Say(f"Nothing new to show: {nothing_in_words(selection)}"),))
    elif await _is_third_quiet_morning(tx, slot):
        labels = [following.topic.label for following in await tx.topics.followed(slot.channel)]
        said = [
            f"No digest for three mornings: {nothing_in_words(selection)}",
            f"Followed: {listed(labels)}.",
            *await _remarks(tx, parts, channel),
            "Follow another topic with /pln follow, or look closer with /pln digest preview.",
        ]
        await _queue(tx, parts, slot, (Say(" ".join(said)),))


async def _is_third_quiet_morning(tx: Transaction, slot: Slot) -> bool:
    latest = await tx.slots.latest(slot.channel, SlotKind.MORNING, QUIET_MORNINGS_BEFORE_SAYING_SO + 1)
    quiet = [each.state is SlotState.QUIET for each in latest]
    return quiet[:QUIET_MORNINGS_BEFORE_SAYING_SO] == [True] * 3 and quiet[3:] != [True]
