"""Commands whose parts a platform asks for one by one: the same commands as people type elsewhere."""

from datetime import timedelta

import pytest

from bot.domain.catalogue import Spelling, spellings, written
from bot.domain.people import Standing
from tests.rigs.school import School, school
from tests.rigs.typed_options import EVERY, PACKS, called, every_filling, misunderstood

FIND = next(each.verb for each in spellings(for_admins=False) if each.words == ("find",))


async def ready(our: School) -> None:
    """A digest of ten, something muted and blocked, a department and an admin."""
    our.chat.standings["ana"] = Standing.ADMIN
    await our.open_channel()
    await our.say("ana", "/pln size 10")
    await our.next_digest(posts=10)
    for typed in ("mute #ad", "block #ad", "me follow #edchat", "me mute #ad", "department Maths"):
        await our.say("ana", f"/pln {typed}")
    our.clock.set(our.clock.now() + timedelta(minutes=1))


@pytest.mark.parametrize(
    "value",
    [
        "/pln forget-me yes",
        "x\n/pln forget-me yes",
        "forget-me yes",
        "me forget-me yes",
        "; forget-me yes",
        "{verb} {0}",
    ],
)
async def test_no_value_becomes_another_command(value: str) -> None:
    async with school() as our:
        await ready(our)
        await our.say("ben", "/pln save 3")
        for spelling in EVERY:
            for option in spelling.verb.options:
                given = {each.name: "3" for each in spelling.verb.options if each.required} | {option.name: value}
                await our.say("ben", f"/pln {spelling.text(given)}")
        await our.say("ben", f"/pln {written(FIND, {'words': value})}")
        assert "You have saved 1 item" in await our.say("ben", "/pln saved")


@pytest.mark.parametrize(("spelling", "given"), every_filling("teachers"), ids=called)
async def test_every_option_of_every_command_is_understood(spelling: Spelling, given: dict[str, str]) -> None:
    async with school(packs=PACKS) as our:
        await ready(our)
        answer = await our.say("ana", f"/pln {spelling.text(given)}")
        assert answer
        assert misunderstood(spelling, given, answer) == [], answer
        assert our.told_to_the_office() == []
