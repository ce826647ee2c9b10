"""What a browser would never send: bodies that are broken, packed, endless, or in another alphabet than they say."""

import gzip
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientConnectionError

from bot.domain.keys import PersonKey
from tests.fakes.clock import FakeClock
from tests.fakes.store import FakeStore
from tests.rigs.front_door import HILL, BrowserRig, FrontDoor, front_door

EDGE = "multipart/form-data; boundary=edge"
FORM = "application/x-www-form-urlencoded"
BOMB = gzip.compress(b"csrf=1&a=" + b"a" * 5_000_000)
PLACES = ("/library/save", "/import", "/sign-in/link")


@pytest.fixture
async def door(clock: FakeClock) -> AsyncIterator[FrontDoor]:
    async with front_door(FakeStore(clock), clock) as rig:
        yield rig


async def sent(door: FrontDoor, browser: BrowserRig, path: str, kind: str, body: bytes, **headers: str) -> int:
    """The status; 0 where the connection was closed."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    own = {"Host": "staffroom.example.org", "Origin": browser.public, "Cookie": cookies, "Content-Type": kind}
    try:
        async with door.session.post(
            door.address + path, data=body, headers=own | headers, allow_redirects=False
        ) as got:
            await got.read()
            return got.status
    except ClientConnectionError:
        return 0


def parts(*names: str, filename: str = "") -> bytes:
    file = f'; filename="{filename}"' if filename else ""
    written = (f'--edge\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n\r\n' for name in names)
    return ("".join(written) + "--edge--\r\n").encode()


def part(*headers: str, said: bytes = b"x") -> bytes:
    return "\r\n".join(["--edge", *headers, "", ""]).encode("latin-1") + said + b"\r\n--edge--\r\n"


CSRF = 'Content-Disposition: form-data; name="csrf"'

BROKEN = {
    "no boundary": ("multipart/form-data", b"--edge\r\n\r\n"),
    "an empty boundary": ("multipart/form-data; boundary=", b"--\r\n\r\n----"),
    "a boundary that never comes": (EDGE, b"nothing at all"),
    "a long boundary": (f"multipart/form-data; boundary={'e' * 100}", b"--e\r\n\r\n"),
    "a boundary of another alphabet": ("multipart/form-data; boundary=\u00e9", b"--e\r\n\r\n"),
    "an end in the middle": (EDGE, part(CSRF)[:60]),
    "headers without an end": (EDGE, b"--edge\r\n" + b"X: y\r\n" * 500),
    "a header that is none": (EDGE, part("\0\xff: \0")),
    "a part without a name": (EDGE, part("Content-Disposition: form-data")),
    "a part in a part": (EDGE, part("Content-Type: multipart/mixed; boundary=e", said=b"--e--")),
    "a packed part": (EDGE, part(CSRF, "Content-Encoding: gzip", said=BOMB)),
    "a part with an unknown way to be read": (EDGE, part(CSRF, "Content-Transfer-Encoding: x")),
    "a part in no alphabet": (EDGE, part(CSRF, "Content-Type: text/plain; charset=klingon")),
    "a part that is not in its alphabet": (EDGE, part(CSRF, said=b"\xff")),
    "a charset of its own": (EDGE, part('Content-Disposition: form-data; name="_charset_"', said=b"x" * 100)),
    "many parts": (EDGE, parts(*["a"] * 3_000)),
    "many files": (EDGE, parts(*["file"] * 3_000, filename="x")),
    "many fields": (FORM, b"&".join([b"a=1"] * 10_000)),
    "a form in no alphabet": (f"{FORM}; charset=klingon", b"csrf=1"),
    "a form that is not in its alphabet": (FORM, b"csrf=\xff\xfe"),
    "a form in a coding that is none": (f"{FORM}; charset=zlib", b"csrf=1"),
    "no form": ("application/json", b'{"csrf": 1}'),
    "no kind": ("", b"csrf=1"),
    "a kind that is none": ("///;;=", b"csrf=1"),
    "escapes that are none": (FORM, b"csrf=%zz%u0000&%=%"),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # files that the library leaves open
@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("what", BROKEN)
async def test_a_body_that_is_no_form_is_refused_and_no_error_of_ours(
    door: FrontDoor, caplog: pytest.LogCaptureFixture, what: str, path: str
) -> None:
    browser = await door.signed_in(PersonKey(HILL, "ana"))
    kind, body = BROKEN[what]
    status = await sent(door, browser, path, kind, body)
    assert 400 <= status < 500, status
    assert [each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == []


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, gzip"])
async def test_what_is_packed_is_not_unpacked(door: FrontDoor, caplog: pytest.LogCaptureFixture, coding: str) -> None:
    browser = await door.signed_in(PersonKey(HILL, "ana"))
    for path in PLACES:
        status = await sent(door, browser, path, FORM, BOMB, **{"Content-Encoding": coding})
        assert 400 <= status < 500
    assert [each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == []
