"""What everything promises that reads documents."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.fetch import GuardedDocuments, Reach
from bot.errors import AdapterError, Rejected, Throttled, Unavailable
from bot.ports import Documents
from tests.contract.store_examples import HOUR, NOW
from tests.fakes.clock import FakeClock
from tests.fakes.documents import FakeDocuments
from tests.rigs.link_server import NamesHere, link_server

TERMS = "BEGIN:VCALENDAR\r\nSUMMARY:Autumn term – Größe\r\nEND:VCALENDAR\r\n"


@dataclass
class Library:
    """Documents, and where in them a page, a short link or a problem is."""

    documents: Documents
    link: Callable[[str], str]
    short: Callable[[str], str]


@pytest.fixture(params=["fake", "guarded"])
async def library(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> AsyncIterator[Library]:
    if request.param == "fake":
        yield Library(_fake(), "https://school.example{}".format, "https://bit.ly{}".format)
        return
    async with link_server() as server:
        server.texts["/terms.ics"] = TERMS
        server.pages["/fractions"] = "<title>Fractions that work</title>"
        server.statuses["/down"] = (500, {})
        server.statuses["/busy"] = (429, {"Retry-After": "3600"})
        server.moved["/short"] = "https://school.example/long?id=4"
        server.moved["/twice"] = server.link("/short", "t.co")
        (tmp_path / "terms.ics").write_bytes(TERMS.encode())
        documents = GuardedDocuments(tmp_path, clock, Reach.THIS_MACHINE, resolver=NamesHere)
        yield Library(documents, server.link, lambda path: server.link(path, "bit.ly"))


def _fake() -> FakeDocuments:
    problems: dict[str, AdapterError] = {}
    for host in ("https://school.example", "https://bit.ly"):
        problems[f"{host}/down"] = Unavailable("It is down.")
        problems[f"{host}/busy"] = Throttled("It asks to wait.", NOW + HOUR)
    long = "https://school.example/long?id=4"
    leads = {"https://bit.ly/short": long, "https://bit.ly/twice": long}
    texts = {"terms.ics": TERMS, "https://school.example/terms.ics": TERMS}
    titles = {"https://school.example/fractions": "Fractions that work"}
    return FakeDocuments(texts, leads, problems, titles)


async def test_a_page_says_what_it_is_called(library: Library) -> None:
    assert await library.documents.title(library.link("/fractions")) == "Fractions that work"


async def test_the_text_behind_a_link_is_read(library: Library) -> None:
    assert await library.documents.read(library.link("/terms.ics")) == TERMS


async def test_a_file_beside_the_configuration_is_read(library: Library) -> None:
    assert await library.documents.read("terms.ics") == TERMS


@pytest.mark.parametrize("path", ["/short", "/twice"])
async def test_a_short_link_leads_to_a_page(library: Library, path: str) -> None:
    assert await library.documents.leads_to(library.short(path)) == "https://school.example/long?id=4"


async def test_what_is_not_there_is_refused(library: Library) -> None:
    with pytest.raises(Rejected):
        await library.documents.read(library.link("/nothing"))
    with pytest.raises(Rejected):
        await library.documents.read("nothing.ics")
    with pytest.raises(Rejected):
        await library.documents.leads_to(library.short("/nothing"))
    with pytest.raises(Rejected):
        await library.documents.title(library.link("/nothing"))


async def test_what_is_down_may_come_back(library: Library) -> None:
    with pytest.raises(Unavailable):
        await library.documents.read(library.link("/down"))
    with pytest.raises(Unavailable):
        await library.documents.leads_to(library.short("/down"))
    with pytest.raises(Unavailable):
        await library.documents.title(library.link("/down"))


async def test_who_asks_to_wait_says_until_when(library: Library) -> None:
    documents, busy = library.documents, library.link("/busy")
    for asked in (documents.read(busy), documents.leads_to(library.short("/busy")), documents.title(busy)):
        with pytest.raises(Throttled) as caught:
            await asked
        assert caught.value.until == NOW + HOUR
