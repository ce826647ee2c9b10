"""Whatever is typed is no error in any store, and finds in each what it finds in the one that looks item by item."""

from collections.abc import Iterator
from random import Random

import pytest

from bot.domain.library import Mark, NewItem, Note
from bot.domain.search import Query, parse_query
from bot.errors import Mistake
from bot.ports import Store
from tests.contract.library_examples import CHANNELS, furnish
from tests.contract.store_examples import HILL, NOW, new_id
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore

MANY = 250
WORDS = (
    "fractions decimals exit ticket tickets café cafe folding ratio pizza quokka year 5b 6 monday f q 分数 naïve "
    "it's x nrich maths strip ten AND OR NOT NEAR or ' \" \\ * : ^ & | ! <-> % _ ; -- \x00 \u202e ﷺ 🍕"
).split(" ")
FIELDS = ("#", "@", "kind:", "domain:", "since:", "before:", "by:", "from:", "in:", "tag:", "site:", "title:")
VALUES = (
    "fractions year5 year6 assessment frida_frakt ben_tickets video research nrich.maths.org tickets.example 2026-08 "
    "2026-09-02 2026 me ana nobody #edchat edchat maths arts all lately 13-13-13 ."
).split(" ")


def typed(random: Random) -> str:
    parts: list[str] = []
    for _ in range(random.randint(1, 6)):
        kind = random.random()
        if kind < 0.45:
            part = random.choice(WORDS)
        elif kind < 0.75:
            part = random.choice(FIELDS) + random.choice(VALUES)
        elif kind < 0.85:
            part = f'"{random.choice(WORDS)} {random.choice(WORDS)}"'
        else:
            part = f"({random.choice(WORDS)} or {random.choice(FIELDS)}{random.choice(VALUES)})"
        parts.append(random.choice(("", "", "", "-")) + part + random.choice(("", "", "", "*", "(", ")", '"')))
    return random.choice((" ", " ", " or ", " / ")).join(parts)


def queries(seed: int, count: int) -> Iterator[Query]:
    """Those that mean something; the others are refused in words."""
    random = Random(seed)
    while count:
        try:
            query = parse_query(typed(random), CHANNELS)
        except Mistake:
            continue
        count -= 1
        yield query


async def fill(store: Store, *, both: bool) -> None:
    """With what Ana keeps to herself: what nobody else has, and perhaps what Ben has saved for all, too."""
    await furnish(store)
    async with store.transaction() as tx:
        new = NewItem(
            "own", "link:https://own.example/", "https://own.example/", "Quokka fractions", "Ten quokka", None
        )
        await tx.library.add(HILL, new, NOW)
        await tx.library.put_mark(HILL, Mark("own", "ana", "button", NOW, private=True))
        await tx.library.note(HILL, "own", Note(new_id(), "ana", "For Monday", NOW, private=True))
        if not both:
            return
        of_others = NewItem("both", "link:https://both.example/", "https://both.example/", "Ratio strip", "", None)
        await tx.library.add(HILL, of_others, NOW)
        await tx.library.put_mark(HILL, Mark("both", "ana", "button", NOW, private=True))
        await tx.library.put_mark(HILL, Mark("both", "ben", "button", NOW))
        await tx.library.tag(HILL, "both", ["year5"], "ben", NOW)


async def found(
    store: Store, query: Query, saved_by: str | None, viewer: str | None, least: int
) -> tuple[list[str], int]:
    async with store.reading() as tx:
        items, total = await tx.library.find(
            HILL, query, saved_by=saved_by, viewer=viewer, limit=20, offset=0, least=least
        )
    return sorted(item.id for item in items), total.counted


@pytest.mark.parametrize("both", [True, False], ids=["some kept alone of what others saved", "none"])
async def test_every_query_finds_in_every_store_the_same(store: Store, *, both: bool) -> None:
    plain = FakeStore(FakeClock())
    await fill(store, both=both)
    await fill(plain, both=both)
    wrong = []
    for number, query in enumerate(queries(7, MANY)):
        how = ((None, "ana", 1), ("ana", "ana", 1), (None, "ben", 2), ("ana", "ana", 3), (None, None, 1))[number % 5]
        if await found(store, query, *how) != await found(plain, query, *how):
            wrong.append((query.text, how))
    assert wrong == []
