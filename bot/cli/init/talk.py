"""Asking until the answer can be used."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from bot.cli.wiring import Terminal
from bot.errors import Mistake, StaffroomError, Throttled, Unavailable

T = TypeVar("T")

KEEP = "keep"


def ask(terminal: Terminal, question: str, use: Callable[[str], T], default: str = "") -> T:
    """What `use` makes of the answer; it raises Mistake for what cannot be used."""
    shown = f"{question} [{default}]: " if default else f"{question}: "
    while True:
        typed = terminal.ask(shown).strip() or default
        try:
            return use(typed)
        except Mistake as mistake:
            terminal.say(f"  {mistake}")


def _nothing(_typed: str) -> str:
    return ""


def choose(
    terminal: Terminal,
    question: str,
    options: Sequence[tuple[str, str]],
    default: str,
    meant: Callable[[str], str] = _nothing,
) -> str:
    """One of the options, name and explanation each, by its number, its name or what `meant` takes for its name."""
    terminal.say("")
    terminal.say(question)
    for number, (name, about) in enumerate(options, 1):
        terminal.say(f"  {number:>2}  {name}{f': {about}' if about else ''}")
    names = [name for name, _ in options]
    return ask(terminal, "Number or name", lambda typed: _one_of(names, typed) or _known(names, meant(typed)), default)


def _one_of(names: Sequence[str], typed: str) -> str:
    """Empty where it is none."""
    if typed.isdecimal() and 1 <= int(typed) <= len(names):
        return names[int(typed) - 1]
    return next((name for name in names if name.casefold() == typed.casefold()), "")


def _known(names: Sequence[str], name: str) -> str:
    if not name:
        raise Mistake(f"Type a number from 1 to {len(names)}, or one of the names.")
    return name


def agree(terminal: Terminal, question: str, *, default: bool) -> bool:
    """Yes or no."""
    return ask(terminal, question, _yes_or_no, "yes" if default else "no")


def _yes_or_no(typed: str) -> bool:
    if typed.casefold() in {"y", "yes"}:
        return True
    if typed.casefold() in {"n", "no"}:
        return False
    raise Mistake("Type yes or no.")


async def ask_and_check(
    terminal: Terminal, question: str, check: Callable[[str], Awaitable[str]], *, secret: bool
) -> str:
    """An answer that was accepted, or that could not be checked and is kept all the same."""
    kept = ""
    while True:
        typed = terminal.ask(f"{question}: ", secret=secret).strip()
        if kept and typed.casefold() in {"", KEEP}:
            return kept
        if not typed:
            terminal.say("  This is needed. Ctrl-C ends without writing anything.")
            continue
        try:
            if said := await check(typed):
                terminal.say(f"  {said}")
        except (Unavailable, Throttled) as problem:
            terminal.say(f"  {problem} Type it again, or press Enter to keep it unchecked.")
            kept = typed
        except StaffroomError as problem:
            terminal.say(f"  {problem}")
            kept = ""
        else:
            return typed
