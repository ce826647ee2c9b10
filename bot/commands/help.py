"""home, help"""

from bot.commands.context import Answer, Asked
from bot.domain.actions import run_command
from bot.domain.catalogue import COMMAND, VERBS, Verb
from bot.domain.content import Say, headed, offer, say
from bot.services.wording import listed


async def home(asked: Asked, _: str) -> Answer:
    channel = await asked.known_channel()
    labels = [following.topic.label for following in await asked.tx.topics.followed(asked.channel)]
    follows = f"This channel follows {listed(labels)}." if labels else "This channel follows nothing yet."
    buttons = offer(
        ("Topics", run_command("list").encode()),
        ("My saves", run_command("saved").encode()),
        ("Preview", run_command("digest", "preview").encode()),
        ("Status", run_command("status").encode()),
        ("Help", run_command("help").encode()),
    )
    hint = Say(f"Search what colleagues saved with {COMMAND} find, follow a topic with {COMMAND} follow.", "hint")
    return Answer(
        (*headed("Your learning network", [follows, f"Digest: {channel.schedule.in_words()}."]), buttons, hint)
    )


async def show_help(_: Asked, __: str) -> Answer:
    lines = [f"{verb.usage} — {verb.help}{_example(verb)}" for verb in VERBS]
    return Answer(headed("What you can type", lines))


def _example(verb: Verb) -> str:
    """Where it says more than the usage does; `/pln` is not torn from its words at the end of a line."""
    return f" For example: {COMMAND}\N{NO-BREAK SPACE}{verb.example}" if verb.shape else ""


def unknown(word: str, suggestion: str) -> Answer:
    return Answer(say(f"“{word[:40]}” is not something I know.{suggestion} See {COMMAND} help."))
