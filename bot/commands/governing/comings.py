"""What becomes of channels and workspaces: hello, a plain word to whoever can mend it, and all is well again."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.actions import run_command
from bot.domain.channel import Channel, Origin
from bot.domain.content import Content, headed, offer
from bot.domain.delivery import NewDelivery
from bot.domain.events import Change, ChannelChanged, WorkspaceLeft
from bot.domain.keys import ChannelKey
from bot.ports import Transaction
from bot.services.ids import new_id
from bot.services.parts import Parts
from bot.services.report import WORKSPACE_LEFT, clear_report, report
from bot.services.wording import listed

GONE = {
    Change.LEFT: "I can no longer post in this channel.",
    Change.ARCHIVED: "The channel is archived. The digest comes again when it is open again.",
    Change.DELETED: "The channel was deleted. Follow the topics in another channel.",
}
REMEDY = "Somebody there has to invite Staffroom again, and the digest comes again."


async def change(tx: Transaction, parts: Parts, changed: ChannelChanged) -> None:
    channel = await tx.channels.get(changed.channel)
    if channel is not None and changed.name and changed.name != channel.name:
        channel = replace(channel, name=changed.name)
        await tx.channels.put(channel)
    if changed.change in GONE:
        await _gone(tx, parts, changed, channel)
    elif changed.change in {Change.JOINED, Change.UNARCHIVED}:
        await _back(tx, changed, channel)
    if changed.change is Change.JOINED:
        await _hello(tx, parts, changed.channel, channel)


async def _gone(tx: Transaction, parts: Parts, changed: ChannelChanged, channel: Channel | None) -> None:
    """Said to the admin channel once, and only about a channel that has a digest."""
    if channel is None:
        return
    await tx.channels.put(replace(channel, stopped=_why_stopped(changed)))
    if parts.admin != changed.channel:
        problem = f"No digest can come to {channel.name} any more. {_seen_from_outside(changed)}"
        await report(tx, parts, changed.channel.workspace, _key(changed.channel), problem)


def _why_stopped(changed: ChannelChanged) -> str:
    remedy = f" {changed.remedy or REMEDY}" if changed.change is Change.LEFT else ""
    return f"{GONE[changed.change]}{remedy}"


def _seen_from_outside(changed: ChannelChanged) -> str:
    if changed.change is Change.LEFT:
        return f"Staffroom can no longer post there. {changed.remedy or REMEDY}"
    return GONE[changed.change]


async def _back(tx: Transaction, changed: ChannelChanged, channel: Channel | None) -> None:
    if channel is not None and channel.stopped:
        await tx.channels.put(replace(channel, stopped=""))
    await clear_report(tx, changed.channel.workspace, _key(changed.channel))


def _key(channel: ChannelKey) -> str:
    return f"gone:{channel.channel}"


async def _hello(tx: Transaction, parts: Parts, key: ChannelKey, channel: Channel | None) -> None:
    """Once for each channel, however often we are invited."""
    now = parts.clock.now()
    if not await tx.notices.first_time(key.workspace, f"hello:{key.channel}", now):
        return
    steps: Sequence[str] = _STEPS
    topics = [each.topic.label for each in await tx.topics.followed(key)]
    if channel is not None and (topics or channel.origin is Origin.CONFIG):
        steps = _steps_from_there(channel, topics)
    await tx.outbox.put(NewDelivery(new_id(), f"hello:{key.channel}", key, _welcome(steps)), now)


_STEPS = (
    "1. Choose what to follow: press Start, or type /pln follow #edchat. You are told first what it costs.",
    "2. Choose when it comes, and how much: press Settings, or type /pln schedule 07:45.",
)


def _steps_from_there(channel: Channel, topics: Sequence[str]) -> Sequence[str]:
    """What people, or the configuration file, decided already is not there to be chosen."""
    follows = f"This channel follows {listed(topics)}. To" if topics else "To"
    return (
        f"1. {follows} follow more, press Start, or type /pln follow #edchat.",
        f"2. The digest comes {channel.schedule.in_words()}. To see one now, type /pln digest now.",
    )


def _welcome(steps: Sequence[str]) -> Content:
    lines = [
        "I bring one short digest on school mornings: what is new from the hashtags and people this channel follows.",
        *steps,
        "3. Save what is useful with its Save button. Everybody here finds it again with /pln find.",
    ]
    buttons = offer(
        ("Start", run_command("start").encode()),
        ("Settings", run_command("settings").encode()),
        ("What it costs", run_command("budget").encode()),
        ("Help", run_command("help").encode()),
    )
    return (*headed("Hello, this is Staffroom", lines), buttons)


async def leave(tx: Transaction, parts: Parts, workspace: str, left: WorkspaceLeft) -> None:
    """Nothing can be sent there any more; where the admin channel is elsewhere, it is told."""
    for channel in await tx.channels.all():
        if channel.key.workspace == workspace:
            await tx.channels.put(replace(channel, stopped=left.why))
    if parts.admin is not None and parts.admin.workspace != workspace:
        names = {each.id: each.name for each in await tx.channels.workspaces()}
        sentence = f"Staffroom was taken out of {names.get(workspace, workspace)}. {left.why}"
        await report(tx, parts, workspace, WORKSPACE_LEFT, sentence)
