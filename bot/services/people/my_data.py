"""Everything that is kept about a person, for that person: as a text to read, or for other programs."""

import json
from collections.abc import Mapping, Sequence

from bot.domain.exchange import Written
from bot.domain.keys import PersonKey
from bot.ports import Transaction
from bot.services.parts import Parts

MY_DATA = "my-data"
AS_TEXT, AS_JSON = "text", "json"
FORMAT = "staffroom-my-data"
VERSION = 1


async def my_data(tx: Transaction, parts: Parts, person: PersonKey, form: str = AS_TEXT) -> Written:
    """`form` is `AS_TEXT` or `AS_JSON`."""
    kept = await tx.people.kept_about(person)
    day = parts.clock.now().date().isoformat()
    if form == AS_JSON:
        whole = {"format": FORMAT, "version": VERSION, "written": day, "person": person.person, "kept": kept}
        text = json.dumps(whole, ensure_ascii=False, indent=2)
        return Written(f"my-data-{day}.json", "application/json", f"{text}\n")
    return Written(f"my-data-{day}.txt", "text/plain", _as_text(person, kept, day))


def _as_text(person: PersonKey, kept: Mapping[str, Sequence[Mapping[str, str]]], day: str) -> str:
    head = [
        f"What Staffroom keeps about you, on {day}",
        f"You are known here as {person.person}. Times are in UTC.",
        "To have all of it erased, say /pln forget-me.",
    ]
    if not kept:
        return "\n".join([*head, "", "Nothing is kept about you.", ""])
    parts = [_part(heading, records) for heading, records in kept.items()]
    return "\n".join([*head, "", *parts])


def _part(heading: str, records: Sequence[Mapping[str, str]]) -> str:
    title = f"{heading.capitalize()} ({len(records):,})"
    return "\n".join([title, "-" * len(title), *(_record(each) for each in records), ""])


def _record(record: Mapping[str, str]) -> str:
    """A line each; what goes over several lines is set in under its name."""
    lines = [f"{name.replace('_', ' ')}: {said.replace(chr(10), chr(10) + '    ')}" for name, said in record.items()]
    return "* " + "\n  ".join(lines)
