"""How much of the installation's money each channel may still use."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from bot.domain.budget import Caps, Money, SpendingRules, Spent
from bot.domain.channel import Channel
from bot.domain.keys import ChannelKey


def left_for_channels(
    channels: Collection[Channel], caps: Caps, rules: SpendingRules, spent: Mapping[ChannelKey, Spent]
) -> dict[ChannelKey, Money]:
    """What may still be spent on each channel whose own share, or whose workspace's, is limited; never below nothing.
    Channels that are not in it may use whatever the others leave. `spent` is what each paid for so far, so that a
    topic that several follow counts with each of them for its part."""
    of_workspaces = _spent_by_workspace(spent)
    limited: defaultdict[ChannelKey, list[Money]] = defaultdict(list)
    for channel in channels:
        key = channel.key
        if channel.share is not None:
            limited[key] += _left(caps, channel.share, spent.get(key, Spent()))
        if (share := rules.workspace_shares.get(key.workspace)) is not None:
            limited[key] += _left(caps, share, of_workspaces.get(key.workspace, Spent()))
    return {key: min(left) for key, left in limited.items() if left}


def is_limited(channel: Channel, rules: SpendingRules) -> bool:
    """Whether it has a share of its own, or is in a workspace that has one."""
    return channel.share is not None or channel.key.workspace in rules.workspace_shares


def _left(caps: Caps, share: float, spent: Spent) -> Iterable[Money]:
    """Of the day and of the month, where there is a cap."""
    for cap, used in ((caps.daily, spent.today), (caps.monthly, spent.this_month)):
        if cap is not None:
            yield Money(max(0, int(cap * share) - used))


def _spent_by_workspace(spent: Mapping[ChannelKey, Spent]) -> dict[str, Spent]:
    sums: dict[str, Spent] = {}
    for key, each in spent.items():
        before = sums.get(key.workspace, Spent())
        today, month = before.today + each.today, before.this_month + each.this_month
        sums[key.workspace] = Spent(Money(today), Money(month))
    return sums
