"""The guarded reader against servers on this machine that do everything wrong, and names that lead where they should
not."""

import os
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import process_time

import pytest

from adapters.fetch import GuardedDocuments, Reach
from adapters.fetch.answers import LARGEST
from adapters.fetch.guard import checked
from adapters.fetch.page import MOST_OF_A_PAGE, title_of
from bot.errors import Rejected, Throttled, Unavailable
from tests.contract.store_examples import NOW
from tests.fakes.clock import FakeClock
from tests.rigs.link_server import LOOPBACK, LinkServer, NamesHere, link_server

PUBLIC = "93.184.215.14"


@pytest.fixture
async def server() -> AsyncIterator[LinkServer]:
    async with link_server() as opened:
        yield opened


@pytest.fixture
def documents(tmp_path: Path, clock: FakeClock) -> GuardedDocuments:
    return GuardedDocuments(tmp_path, clock, Reach.THIS_MACHINE, resolver=NamesHere)


def for_everybody(folder: Path, clock: FakeClock, at: dict[str, list[Sequence[str]]] | None = None) -> GuardedDocuments:
    """As in service, with names that lead where `at` says."""
    return GuardedDocuments(folder, clock, patience=2, resolver=partial(NamesHere, at))


# ------------------------------------------------------------------------------------------------------ what is reached

NOT_PUBLIC = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104 - refused here
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.215.14",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::5db8:d70e",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
async def test_an_address_that_is_not_for_everybody_is_refused(tmp_path: Path, clock: FakeClock, address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    by_name = for_everybody(tmp_path, clock, {"school.example": [[address]]})
    for documents, url in ((by_name, "https://school.example/terms.ics"), (by_name, f"http://{host}/terms.ics")):
        with pytest.raises(Rejected):
            await documents.read(url)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_for_everybody(address: str) -> None:
    assert Reach.PUBLIC.allows(address)
    assert not Reach.THIS_MACHINE.allows(address)


async def test_one_private_address_among_public_ones_is_enough_to_refuse(tmp_path: Path, clock: FakeClock) -> None:
    documents = for_everybody(tmp_path, clock, {"school.example": [[PUBLIC, "10.0.0.1"]]})

    with pytest.raises(Rejected, match="not open to everybody"):
        await documents.read("https://school.example/terms.ics")


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://localhost/",
        "http://[::ffff:7f00:1]/",
        "http://[fe80::1%25lo]/",
    ],
)
async def test_this_machine_is_refused_however_it_is_written(tmp_path: Path, clock: FakeClock, url: str) -> None:
    documents = GuardedDocuments(tmp_path, clock, patience=5)

    with pytest.raises(Rejected):
        await documents.read(url)


@pytest.mark.parametrize("host", ["2130706433", "017700000001", "127.1", "0177.0.0.1", "127.0.0.1.", "8.8.8.8.8", "0"])
def test_a_number_that_is_no_usual_address_is_refused_before_anything_is_asked(host: str) -> None:
    with pytest.raises(Rejected, match="not open to everybody"):
        checked(f"http://{host}/terms.ics", Reach.PUBLIC)


@pytest.mark.parametrize("host", ["school..example", ".school.example", f"{'a' * 64}.example"])
async def test_a_name_that_there_cannot_be_is_refused_in_words(tmp_path: Path, clock: FakeClock, host: str) -> None:
    with pytest.raises(Rejected, match="is no web address"):
        await GuardedDocuments(tmp_path, clock, patience=5).read(f"https://{host}/terms.ics")


async def test_a_trial_asks_nobody_outside_not_even_where_a_name_is(
    tmp_path: Path, clock: FakeClock, server: LinkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.texts["/terms.ics"] = "terms"
    trial = GuardedDocuments(tmp_path, clock, Reach.THIS_MACHINE)
    looked_up: list[object] = []
    monkeypatch.setattr("socket.getaddrinfo", lambda host, *_args, **_options: looked_up.append(host))

    assert await trial.read(server.link("/terms.ics", "localhost")) == "terms"
    with pytest.raises(Rejected, match="not this machine"):
        await trial.leads_to("https://bit.ly/halves")
    assert not [host for host in looked_up if host not in {"127.0.0.1", "localhost"}]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/hosts",
        "ftp://school.example/terms.ics",
        "gopher://school.example/",
        "https://",
        "https:///terms.ics",
        "https://somebody:secret@school.example/terms.ics",
        "https://school.example:8443/terms.ics",
        "https://school.example:22/terms.ics",
        "https://school.example:99999/",
        "http://[::1/",
    ],
)
async def test_only_plain_web_addresses_are_asked(tmp_path: Path, clock: FakeClock, url: str) -> None:
    documents = for_everybody(tmp_path, clock)

    with pytest.raises(Rejected) as caught:
        await documents.read(url)

    assert "secret" not in str(caught.value)


async def test_a_name_is_resolved_once_and_that_address_is_asked(
    tmp_path: Path, clock: FakeClock, server: LinkServer
) -> None:
    server.texts["/terms.ics"] = "terms"
    names = NamesHere({"school.example": [[LOOPBACK], [PUBLIC]]})
    documents = GuardedDocuments(tmp_path, clock, Reach.THIS_MACHINE, resolver=lambda: names)

    assert await documents.read(server.link("/terms.ics", "school.example")) == "terms"
    assert names.asked == ["school.example"]
    with pytest.raises(Rejected, match="not this machine"):
        await documents.read(server.link("/terms.ics", "school.example"))


async def test_nobody_is_asked_over_a_proxy_of_the_environment(
    documents: GuardedDocuments, server: LinkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.texts["/terms.ics"] = "terms"
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert await documents.read(server.link("/terms.ics")) == "terms"


async def test_it_says_who_asks_and_nothing_else(documents: GuardedDocuments, server: LinkServer) -> None:
    server.moved["/old"] = server.link("/terms.ics")
    server.texts["/terms.ics"] = "terms"

    await documents.read(server.link("/old"))

    for headers in server.headers:
        assert headers.pop("user-agent").startswith("Staffroom")
        assert headers.keys() == {"host", "accept", "accept-encoding", "connection"}


# ----------------------------------------------------------------------------------------------------------- redirects


async def test_redirects_are_followed_to_the_text(documents: GuardedDocuments, server: LinkServer) -> None:
    server.moved |= {"/a": "/b", "/b": server.link("/terms.ics", "school.example")}
    server.texts["/terms.ics"] = "terms"

    assert await documents.read(server.link("/a")) == "terms"


async def test_a_calendar_link_for_programs_is_read_like_any_other(tmp_path: Path, clock: FakeClock) -> None:
    documents = for_everybody(tmp_path, clock, {"school.example": [["10.0.0.1"]]})

    with pytest.raises(Rejected, match=r"school\.example is not open"):
        await documents.read("webcal://school.example/terms.ics")


@pytest.mark.parametrize(
    "target",
    [
        "http://93.184.215.14/",
        "ftp://127.0.0.1/",
        "file:///etc/hosts",
        "http://somebody:secret@127.0.0.1/",
        "http://[::1",
        "javascript:alert(1)",
    ],
)
async def test_every_redirect_is_looked_at_like_the_first(
    documents: GuardedDocuments, server: LinkServer, target: str
) -> None:
    server.moved["/a"] = target

    with pytest.raises(Rejected):
        await documents.read(server.link("/a"))


async def test_a_redirect_to_a_name_is_resolved_and_looked_at(
    tmp_path: Path, clock: FakeClock, server: LinkServer
) -> None:
    server.moved["/a"] = "http://elsewhere.example/"
    names = NamesHere({"elsewhere.example": [[PUBLIC]]})
    documents = GuardedDocuments(tmp_path, clock, Reach.THIS_MACHINE, resolver=lambda: names)

    with pytest.raises(Rejected, match=r"elsewhere\.example is not this machine"):
        await documents.read(server.link("/a"))


@pytest.mark.parametrize("target", ["/a", ""])
async def test_redirects_that_do_not_end_are_given_up(
    documents: GuardedDocuments, server: LinkServer, target: str
) -> None:
    server.moved["/a"] = target

    with pytest.raises(Rejected, match="on and on"):
        await documents.read(server.link("/a"))
    assert len(server.asked) == 6


# --------------------------------------------------------------------------------------------------------- what is read


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/packed", "packed"),
        ("/latin", "Osterferien für alle"),
        ("/strange-charset", "plain"),
        ("/no-text", "\ufffd\ufffd\0"),
    ],
)
async def test_texts_come_in_many_wrappings(
    documents: GuardedDocuments, server: LinkServer, path: str, text: str
) -> None:
    assert await documents.read(server.link(path)) == text


@pytest.mark.parametrize("path", ["/bomb", "/endless"])
async def test_what_is_too_large_is_not_read_to_its_end(
    documents: GuardedDocuments, server: LinkServer, path: str
) -> None:
    with pytest.raises(Rejected, match="larger than 1 MiB"):
        await documents.read(server.link(path))


async def test_the_largest_text_is_read_and_one_byte_more_is_not(
    documents: GuardedDocuments, server: LinkServer
) -> None:
    server.texts |= {"/largest": "x" * LARGEST, "/larger": "x" * (LARGEST + 1)}

    assert len(await documents.read(server.link("/largest"))) == LARGEST
    with pytest.raises(Rejected):
        await documents.read(server.link("/larger"))


@pytest.mark.parametrize("path", ["/cut", "/broken-pack", "/no-pack", "/strange-pack"])
async def test_what_broke_off_may_come_whole_next_time(
    documents: GuardedDocuments, server: LinkServer, path: str
) -> None:
    with pytest.raises(Unavailable):
        await documents.read(server.link(path))
    assert len(server.asked) == 1


@pytest.mark.parametrize("path", ["/silent", "/drip"])
async def test_nobody_waits_longer_than_it_is_worth(
    tmp_path: Path, clock: FakeClock, server: LinkServer, path: str
) -> None:
    documents = GuardedDocuments(tmp_path, clock, Reach.THIS_MACHINE, patience=0.2, resolver=NamesHere)

    with pytest.raises(Unavailable, match=r"did not answer within 0\.2 seconds"):
        await documents.read(server.link(path))


async def test_a_name_that_nobody_knows_and_a_closed_door_may_be_there_later(documents: GuardedDocuments) -> None:
    for url in ("http://nowhere.example/", "http://127.0.0.1:9/"):
        with pytest.raises(Unavailable, match="cannot be reached"):
            await documents.read(url)


@pytest.mark.parametrize(
    ("status", "error"), [(500, Unavailable), (503, Unavailable), (401, Rejected), (404, Rejected), (418, Rejected)]
)
async def test_refusals_say_whether_trying_again_may_help(
    documents: GuardedDocuments, server: LinkServer, status: int, error: type[Exception]
) -> None:
    server.statuses["/a"] = (status, {})

    with pytest.raises(error, match=rf"127\.0\.0\.1 .*error {status}"):
        await documents.read(server.link("/a?token=secret"))


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("90", timedelta(seconds=90)),
        ("0", timedelta(minutes=1)),
        ("99999999999999999999", timedelta(days=1)),
        ("Tue, 24 Nov 2026 07:30:00 GMT", timedelta(minutes=30)),
        ("Tue, 24 Nov 2020 07:30:00 GMT", timedelta(minutes=1)),
        ("soon", timedelta(minutes=15)),
        ("²", timedelta(minutes=15)),
    ],
)
async def test_whoever_asks_to_wait_is_obeyed_within_reason(
    documents: GuardedDocuments, server: LinkServer, asked: str, wait: timedelta
) -> None:
    server.statuses["/a"] = (503, {"Retry-After": asked})

    with pytest.raises(Throttled) as caught:
        await documents.read(server.link("/a"))

    assert caught.value.until == NOW + wait


# --------------------------------------------------------------------------------------------------------- short links


async def test_where_a_short_link_leads_is_not_asked(documents: GuardedDocuments, server: LinkServer) -> None:
    server.moved["/abc"] = "https://school.example/lesson?id=4#part"

    assert await documents.leads_to(server.link("/abc", "bit.ly")) == "https://school.example/lesson?id=4#part"
    assert server.asked == ["HEAD bit.ly/abc"]


async def test_a_server_that_knows_no_head_is_asked_without_reading(
    documents: GuardedDocuments, server: LinkServer
) -> None:
    server.without_head.add("/abc")
    server.moved["/abc"] = "https://school.example/lesson"

    assert await documents.leads_to(server.link("/abc", "bit.ly")) == "https://school.example/lesson"
    assert server.asked == ["HEAD bit.ly/abc", "GET bit.ly/abc"]


async def test_a_short_link_to_a_page_of_its_own_leads_there(documents: GuardedDocuments, server: LinkServer) -> None:
    server.texts["/abc"] = "Are you sure?"
    url = server.link("/abc", "bit.ly")

    assert await documents.leads_to(url) == url


async def test_an_address_that_stands_for_no_other_is_not_asked(
    documents: GuardedDocuments, server: LinkServer
) -> None:
    url = server.link("/abc", "school.example")

    assert await documents.leads_to(url) == url
    assert server.asked == []


async def test_short_links_that_lead_in_a_circle_are_given_up(documents: GuardedDocuments, server: LinkServer) -> None:
    server.moved |= {"/a": server.link("/b", "t.co"), "/b": server.link("/a", "bit.ly")}

    with pytest.raises(Rejected, match="on and on"):
        await documents.leads_to(server.link("/a", "bit.ly"))
    assert len(server.asked) == 6


@pytest.mark.parametrize("target", ["javascript:alert(1)", "https://school.example@evil.example/", "/" + "x" * 5_000])
async def test_a_short_link_never_becomes_something_that_is_no_link(
    documents: GuardedDocuments, server: LinkServer, target: str
) -> None:
    server.moved["/abc"] = target

    with pytest.raises(Rejected):
        await documents.leads_to(server.link("/abc", "bit.ly"))


async def test_a_short_link_into_the_private_network_is_refused(tmp_path: Path, clock: FakeClock) -> None:
    documents = for_everybody(tmp_path, clock, {"bit.ly": [["192.168.1.1"]]})

    with pytest.raises(Rejected):
        await documents.leads_to("https://bit.ly/abc")


# --------------------------------------------------------------------------------------------------------------- files


async def test_a_file_in_a_folder_below_is_read(documents: GuardedDocuments, tmp_path: Path) -> None:
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "terms.ics").write_bytes(b"\xef\xbb\xbfterms")

    assert await documents.read("calendars/terms.ics") == "terms"


async def test_a_link_between_files_of_the_folder_is_followed(documents: GuardedDocuments, tmp_path: Path) -> None:
    (tmp_path / "2026.ics").write_text("terms")
    (tmp_path / "terms.ics").symlink_to("2026.ics")

    assert await documents.read("terms.ics") == "terms"


@pytest.mark.parametrize("name", ["../outside.ics", "/etc/hosts", "linked.ics", "linked/hosts", "a/../../outside.ics"])
async def test_a_file_outside_of_the_folder_is_refused(tmp_path: Path, clock: FakeClock, name: str) -> None:
    folder = tmp_path / "configuration"
    folder.mkdir()
    (tmp_path / "outside.ics").write_text("secret")
    (folder / "linked.ics").symlink_to(tmp_path / "outside.ics")
    (folder / "linked").symlink_to("/etc")

    with pytest.raises(Rejected, match="outside of the configuration's folder"):
        await GuardedDocuments(folder, clock).read(name)


@pytest.mark.parametrize("name", ["nothing.ics", ".", "", "a\0b", "x" * 300, "pipe", "circle", "large"])
async def test_what_is_no_usable_file_is_refused_in_words(tmp_path: Path, clock: FakeClock, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "large").write_bytes(b"x" * (LARGEST + 1))

    with pytest.raises(Rejected) as caught:
        await GuardedDocuments(tmp_path, clock).read(name)

    assert str(caught.value).endswith(".")
    assert str(tmp_path) not in str(caught.value)


# ------------------------------------------------------------------------------------------------ what a page is called


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<html><head><title>Fractions &amp; more\n  | NRICH</title></head>", "Fractions & more | NRICH"),
        ('<title>NRICH</title><meta content="Exit tickets" property="og:title"><body>', "Exit tickets"),
        ("<title>NRICH</title><META NAME=twitter:title CONTENT='Exit tickets'/>", "Exit tickets"),
        ('<meta property="og:title" content=""><title>Exit tickets</title>', "Exit tickets"),
        ("<script>var a = '<title>no</title>'</script><!-- <title>no</title> --><title>Yes</title>", "Yes"),
        ("<svg><title>An arrow</title></svg><title>Yes</title>", "Yes"),
        ("<head></head><body><svg><title>An arrow</title></svg>", ""),
        ("<title>never closed", ""),
        ("<title>a &lt;script&gt; and <b>bold</b></title>", "a <script> and <b>bold</b>"),
        ("<titles>no</titles><title lang=en>Yes</title>", "Yes"),
        ("", ""),
        ("plain text", ""),
        ("\ufeff<title>Größe</title>", "Größe"),
    ],
)
def test_a_page_says_what_it_is_called(page: str, title: str) -> None:
    assert title_of(page.encode(), None) == title


@pytest.mark.parametrize(
    ("body", "charset", "title"),
    [
        ("<title>Größe</title>".encode("latin-1"), "iso-8859-1", "Größe"),
        ("<title>Größe</title>".encode("latin-1"), None, "Größe"),
        ('<meta charset="shift_jis"><title>分数</title>'.encode("shift_jis"), None, "分数"),
        ("<title>分数</title>".encode("utf-16"), "utf-8", "分数"),
        (b'<meta http-equiv=Content-Type content="text/html; charset=punycode"><title>Plain</title>', "hex", "Plain"),
    ],
)
def test_its_charset_is_that_of_the_answer_or_of_the_page(body: bytes, charset: str | None, title: str) -> None:
    assert title_of(body, charset) == title


@pytest.mark.parametrize(
    "piece",
    ["<", "<meta ", "<title ", "<title>", "<!--", "<script ", "&amp", '"', '<meta x=">', "<meta property=og:title a='"],
)
def test_a_page_that_is_made_to_be_slow_is_not_read_for_long(piece: str) -> None:
    began = process_time()
    assert title_of((piece * MOST_OF_A_PAGE)[:MOST_OF_A_PAGE].encode(), None) == ""
    assert process_time() - began < 2


async def test_the_title_of_a_page_is_read_through_redirects(documents: GuardedDocuments, server: LinkServer) -> None:
    server.pages["/fractions"] = "<title>Größe und Brüche</title>"
    server.moved["/short"] = "/fractions"
    assert await documents.title(server.link("/short")) == "Größe und Brüche"


async def test_of_a_long_page_only_the_beginning_is_read(documents: GuardedDocuments, server: LinkServer) -> None:
    server.pages["/long"] = "<title>Yes</title>" + "x" * MOST_OF_A_PAGE * 2
    server.pages["/late"] = " " * MOST_OF_A_PAGE + "<title>No</title>"
    assert await documents.title(server.link("/long")) == "Yes"
    assert await documents.title(server.link("/late")) == ""


async def test_what_is_no_page_has_no_title(documents: GuardedDocuments, server: LinkServer) -> None:
    server.texts["/plain"] = "<title>No</title>"
    assert await documents.title(server.link("/plain")) == ""
    assert await documents.title(server.link("/no-text")) == ""


@pytest.mark.parametrize("door", ["/login?next=/fractions", "/account/sign-in", "/sso/begin", "/consent"])
async def test_a_page_behind_a_door_has_no_title(documents: GuardedDocuments, server: LinkServer, door: str) -> None:
    server.pages[door.partition("?")[0]] = "<title>Sign in</title>"
    server.moved["/fractions"] = door
    assert await documents.title(server.link("/fractions")) == ""
    assert await documents.title(server.link(door)) == "Sign in"


@pytest.mark.parametrize("path", ["/silent", "/cut-page"])
async def test_a_page_that_does_not_come_may_come_later(tmp_path: Path, clock: FakeClock, path: str) -> None:
    async with link_server() as server:
        hasty = GuardedDocuments(tmp_path, clock, Reach.THIS_MACHINE, patience=0.3, resolver=NamesHere)
        with pytest.raises(Unavailable):
            await hasty.title(server.link(path))


async def test_a_page_that_is_not_public_is_not_asked_for_its_title(tmp_path: Path, clock: FakeClock) -> None:
    inside = for_everybody(tmp_path, clock, {"intranet.example": [["10.1.2.3"]]})
    for link in ("http://127.0.0.1/", "http://intranet.example/", "file:///etc/passwd", "http://me:pw@school.example/"):
        with pytest.raises(Rejected):
            await inside.title(link)


async def test_a_redirect_to_what_is_not_public_is_not_followed_for_a_title(
    documents: GuardedDocuments, server: LinkServer
) -> None:
    server.moved["/out"] = "http://169.254.169.254/latest"
    with pytest.raises(Rejected):
        await documents.title(server.link("/out"))
    assert server.asked == ["GET 127.0.0.1/out"]
