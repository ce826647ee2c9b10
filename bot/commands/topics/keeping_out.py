"""mute, unmute, block, unblock"""

from bot.commands.context import Answer, Asked, in_one, said_aloud
from bot.commands.governing.auditing import note, note_here
from bot.commands.rights import require, rules_of
from bot.domain.actions import Action, fits_on_a_button, run_command
from bot.domain.admin_acts import Decided
from bot.domain.content import Content, Say, headed, say
from bot.domain.people import Right
from bot.domain.rules import Muted, Rule, mutes_of, parse_mutes
from bot.services.wording import listed

MOST_BUTTONS = 5


async def mute(asked: Asked, words: str) -> Answer:
    if not words.strip():
        return await _show(asked, asked.channel.channel, "Muted here", "unmute")
    await require(asked, Right.RUN)
    wanted = parse_mutes(words)
    new = await put_all(asked, asked.channel.channel, wanted)
    if not new:
        return Answer(say(f"{_labels(wanted)}: muted here already."))
    await note_here(asked, Decided.MUTE, _labels(new))
    sentence = f"{_labels(new)} {_are(new)} kept out of {_this(asked)} from now on."
    buttons = _buttons(new, "Unmute", asked.again("unmute"))
    return Answer((Say(sentence), *in_one(buttons)), said_aloud(asked, f"muted {_labels(new)} in this channel."))


async def unmute(asked: Asked, words: str) -> Answer:
    if not words.strip():
        return await _show(asked, asked.channel.channel, "Muted here", "unmute")
    await require(asked, Right.RUN)
    wanted = parse_mutes(words)
    gone = await remove_all(asked, asked.channel.channel, wanted)
    if not gone:
        return Answer(say(f"{_labels(wanted)}: not muted here."))
    await note_here(asked, Decided.UNMUTE, _labels(gone))
    buttons = _buttons(gone, "Mute", asked.again("mute"), " again")
    return Answer(
        (Say(f"{_labels(gone)} may come in {_this(asked)} again."), *in_one(buttons)),
        said_aloud(asked, f"let {_labels(gone)} in again."),
    )


async def block(asked: Asked, words: str) -> Answer:
    if not words.strip():
        return await _show(asked, "", "Blocked in every channel", "unblock")
    await require(asked, Right.GOVERN)
    wanted = parse_mutes(words)
    new = await put_all(asked, "", wanted)
    if not new:
        return Answer(say(f"{_labels(wanted)}: blocked already."))
    await note(asked, Decided.BLOCK, _labels(new))
    buttons = _buttons(new, "Unblock", run_command("unblock"))
    return Answer((Say(f"{_labels(new)} {_are(new)} kept out of every digest here from now on."), *in_one(buttons)))


async def unblock(asked: Asked, words: str) -> Answer:
    if not words.strip():
        return await _show(asked, "", "Blocked in every channel", "unblock")
    await require(asked, Right.GOVERN)
    wanted = parse_mutes(words)
    gone = await remove_all(asked, "", wanted)
    if not gone:
        return Answer(say(f"{_labels(wanted)}: not blocked."))
    await note(asked, Decided.UNBLOCK, _labels(gone))
    buttons = _buttons(gone, "Block", run_command("block"), " again")
    return Answer((Say(f"{_labels(gone)} may come in digests again."), *in_one(buttons)))


async def put_all(asked: Asked, channel: str, wanted: list[Muted]) -> list[Muted]:
    """Those that were not kept out yet."""
    return [each for each in wanted if await asked.tx.rules.put(_rule(asked, channel, each))]


async def remove_all(asked: Asked, channel: str, wanted: list[Muted]) -> list[Muted]:
    """Those that were kept out."""
    workspace = asked.channel.workspace
    return [each for each in wanted if await asked.tx.rules.remove(workspace, channel, each.kind, each.value)]


def _rule(asked: Asked, channel: str, muted: Muted) -> Rule:
    return Rule(asked.channel.workspace, channel, muted.kind, muted.value, asked.person.key.person, asked.at)


async def _show(asked: Asked, channel: str, heading: str, back: str) -> Answer:
    kept_out = mutes_of(await rules_of(asked), channel)
    if not kept_out:
        return Answer(say(f"{heading}: nothing. Say what to keep out, such as /pln {back.removeprefix('un')} #ad."))
    action = run_command(back) if not channel else asked.again(back)
    buttons: Content = tuple(in_one(_buttons(kept_out, back.capitalize(), action)))
    return Answer((*headed(heading, [", ".join(each.label for each in kept_out)]), *buttons))


def _buttons(muted: list[Muted], verb: str, command: Action, tail: str = "") -> list[tuple[str, str]]:
    """Buttons that take it back, for those whose name fits on one."""
    actions = [(each, Action(command.verb, (*command.arguments, each.label))) for each in muted[:MOST_BUTTONS]]
    return [(f"{verb} {each.label}{tail}", act.encode()) for each, act in actions if fits_on_a_button(act)]


def _labels(muted: list[Muted]) -> str:
    return listed([each.label for each in muted])


def _are(muted: list[Muted]) -> str:
    return "is" if len(muted) == 1 else "are"


def _this(asked: Asked) -> str:
    return "your own digest" if asked.is_own else "this channel's digest"
