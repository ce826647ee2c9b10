"""Layout: the messages that a digest is made of."""

from collections.abc import Sequence

from bot.domain.channel import Channel, Layout
from bot.domain.content import ShowCard, ShowCover, ShowDigest
from bot.domain.delivery import NewDelivery
from bot.domain.digest import Digest
from bot.domain.library import KEYCAPS
from bot.ports import Abilities
from bot.services.ids import new_id


def deliveries_of(
    digest: Digest, channel: Channel, able: Abilities, save_emoji: Sequence[str]
) -> Sequence[NewDelivery]:
    """In the order they are to be shown. `save_emoji` are those that save, the usual one first."""
    seeds = save_seeds(channel, able, save_emoji)
    if channel.layout is Layout.CARDS:
        return _cards(digest, seeds, in_thread=able.threads)
    return [_list(digest, seeds)]


def save_seeds(channel: Channel, able: Abilities, save_emoji: Sequence[str]) -> tuple[str, ...]:
    """The reaction that saves what stands alone, where the channel has such."""
    able = able.in_own_channel() if channel.owner else able
    return tuple(save_emoji[:1]) if channel.keycaps and able.seeded_reactions and able.reaction_events else ()


def _list(digest: Digest, seeds: tuple[str, ...]) -> NewDelivery:
    """Numbers choose the item; one that stands alone needs none."""
    numbers = KEYCAPS[: len(digest.items)] if seeds and len(digest.items) > 1 else ()
    content = (ShowDigest(digest.slot),)
    return NewDelivery(
        new_id(), f"slot:{digest.slot}:1", digest.channel, content, slot=digest.slot, seeds=(*numbers, *seeds)
    )


def _cards(digest: Digest, seeds: tuple[str, ...], *, in_thread: bool) -> Sequence[NewDelivery]:
    slot = digest.slot
    cover = NewDelivery(new_id(), f"slot:{slot}:cover", digest.channel, (ShowCover(slot),), slot=slot)
    cards = [
        NewDelivery(
            new_id(),
            f"slot:{slot}:{item.number}",
            digest.channel,
            (ShowCard(slot, item.number),),
            slot=slot,
            seeds=seeds,
            under=cover.id if in_thread else None,
        )
        for item in digest.items
    ]
    return [cover, *cards]
