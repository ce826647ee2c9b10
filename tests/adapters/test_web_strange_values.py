"""Values that no page of ours sends, in every address and every field that takes one: never an error of ours."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

from adapters.web.library.acts import ACTS
from bot.domain.events import Person
from bot.domain.keys import PersonKey
from bot.domain.people import Role, Standing
from bot.ports import Store
from bot.services.library.care import note_item
from bot.services.library.shelf import Placing, save_link
from tests.adapters.test_web_tenancy import Asked, ask
from tests.fakes.clock import FakeClock
from tests.rigs.front_door import HILL, FrontDoor, front_door

ANA = Person(PersonKey(HILL, "ana"), "Ana")
STRANGE = {
    "a nought": "a\0b",
    "a turn": "\u202eevil\u2066",
    "nothing to see": "\u200b\ufeff",
    "letters that grow": "ﷺ" * 300,
    "half a letter": "%ed%a0%80",
    "quotes": "'\";--%_\\",
    "far too long": "x" * 9_000,
    "folded": "İßﬁ\u0301" * 20,
}
IN_ADDRESSES = (
    "/people?in={}",
    "/library?q={}",
    "/library?q=tag:{}",
    "/library?q=in:{}",
    "/library?mine=1&page={}",
    "/library?kind={}&by={}&since={}",
    "/library/tags/{}",
    "/library/items/{}",
    "/library/digests/{}",
    "/library/save?url={}&title={}",
    "/export/file?what=found:{}&as=csv",
    "/export/file?what=found:by:me {}&as=json",
    "/export/file?what=tag:{}&as=markdown",
    "/export/file?what={}&as={}",
    "/import/{}",
    "/import/{}/state",
)
LONGEST_IN_AN_ADDRESS = 1_500


@pytest.fixture
async def door(store: Store, clock: FakeClock) -> AsyncIterator[FrontDoor]:
    """Over each kind of store."""
    async with front_door(store, clock) as rig:
        rig.hill.standings["ana"] = Standing.ADMIN
        yield rig


@pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE)
async def test_whatever_stands_in_an_address_or_a_field_is_answered_in_words(door: FrontDoor, strange: str) -> None:
    now = door.clock.now()
    browser = await door.signed_in(ANA.key)
    async with door.store.transaction() as tx:
        item = await save_link(tx, Placing(ANA, "form", now), "https://pages.example/1", "A page")
        await note_item(tx, ANA, Role.OWNER, item, "A note", at=now)
        [note] = (await tx.library.items(HILL, [item]))[item].notes
    written = strange if strange.startswith("%") else quote(strange[:LONGEST_IN_AN_ADDRESS], safe="")
    for path in IN_ADDRESSES:
        await ask(door, browser, "GET", path.replace("{}", written), Asked())
    filled = dict.fromkeys(("tags", "tag", "note", "title", "kind", "library", "key", "back"), strange)
    for act in ACTS:
        await ask(door, browser, "POST", f"/library/items/{item}/{act}", Asked(fields=filled))
        await ask(door, browser, "POST", f"/library/items/{item}/{act}", Asked(fields=filled | {"key": note.id}))
        await ask(door, browser, "POST", f"/library/items/{written}/{act}", Asked(fields=filled))
    others = ("url", "source", "post", "what", "feed", "session", "file", "next")
    more = filled | dict.fromkeys(others, strange) | {"private": "1"}
    for path in ("/library/save", "/library/digests/{}/save", "/feeds", "/feeds/end", "/sessions/end", "/import"):
        await ask(door, browser, "POST", path.replace("{}", written), Asked(fields=more))
    for act in ("confirm", "drop", "undo"):
        await ask(door, browser, "POST", f"/import/{written}/{act}", Asked(fields=more))
    answer = await ask(door, browser, "GET", f"/library/items/{item}", Asked())
    assert answer.startswith(("200", "404"))
