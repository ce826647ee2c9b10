"""Addresses of posts, however people paste them."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.x.links import account_links, post_id, search_url

NUMBER = "1790000000000000001"

LEADING = [
    f"https://x.com/AdaTeaches/status/{NUMBER}",
    f"http://x.com/AdaTeaches/status/{NUMBER}",
    f"HTTPS://X.COM/AdaTeaches/status/{NUMBER}",
    f"https://www.x.com/AdaTeaches/status/{NUMBER}/",
    f"https://twitter.com/AdaTeaches/status/{NUMBER}?s=20&t=abc",
    f"https://mobile.twitter.com/AdaTeaches/statuses/{NUMBER}",
    f"https://m.twitter.com/AdaTeaches/status/{NUMBER}#reply",
    f"https://x.com/i/status/{NUMBER}",
    f"https://x.com/i/web/status/{NUMBER}",
    f"https://twitter.com/i/web/status/{NUMBER}?ref_src=twsrc%5Etfw",
    f"https://x.com/AdaTeaches/status/{NUMBER}/photo/1",
    f"https://x.com/AdaTeaches/status/{NUMBER}/video/1",
    f"https://x.com/AdaTeaches/status/{NUMBER}/analytics",
    f"https://fxtwitter.com/AdaTeaches/status/{NUMBER}",
    f"https://fxtwitter.com/AdaTeaches/status/{NUMBER}/en",
    f"https://d.fxtwitter.com/AdaTeaches/status/{NUMBER}",
    f"https://vxtwitter.com/AdaTeaches/status/{NUMBER}",
    f"https://fixupx.com/AdaTeaches/status/{NUMBER}",
    f"https://fixvx.com/AdaTeaches/status/{NUMBER}",
    f"https://xcancel.com/AdaTeaches/status/{NUMBER}#m",
    f"https://nitter.net/AdaTeaches/status/{NUMBER}#m",
    f"https://x.com/AdaTeaches/status/{NUMBER}.",
    f"https://x.com/AdaTeaches/status/{NUMBER}),",
    f"(https://x.com/AdaTeaches/status/{NUMBER})",
    f"<https://x.com/AdaTeaches/status/{NUMBER}>",
    f" “https://x.com/AdaTeaches/status/{NUMBER}”… ",
    f"https://x.com./AdaTeaches/status/{NUMBER}",
]
ELSEWHERE = [
    "",
    "https://x.com",
    "https://x.com/AdaTeaches",
    "https://x.com/AdaTeaches/status/",
    "https://x.com/AdaTeaches/status/abc",
    "https://x.com/AdaTeaches/status/0",
    "https://x.com/AdaTeaches/status/١٢٣",
    f"https://x.com/AdaTeaches/status/{NUMBER}{NUMBER}",
    f"https://x.com/AdaTeaches/status/{NUMBER}/photo/1/../../2",
    f"https://x.com/AdaTeaches/lists/{NUMBER}",
    f"https://x.com/a/b/c/status/{NUMBER}",
    f"https://x.com.evil.example/AdaTeaches/status/{NUMBER}",
    f"https://evil-x.com/AdaTeaches/status/{NUMBER}",
    f"https://x.m.com/AdaTeaches/status/{NUMBER}",
    f"https://evil.example/?u=https://x.com/AdaTeaches/status/{NUMBER}",
    f"https://x.com@evil.example/AdaTeaches/status/{NUMBER}",
    f"https://me:secret@x.com/AdaTeaches/status/{NUMBER}",
    f"https://x.com:8443/AdaTeaches/status/{NUMBER}",
    f"https://x.com:x/AdaTeaches/status/{NUMBER}",
    f"javascript:https://x.com/AdaTeaches/status/{NUMBER}",
    f"ftp://x.com/AdaTeaches/status/{NUMBER}",
    f"x.com/AdaTeaches/status/{NUMBER}",
    f"https://[x.com/AdaTeaches/status/{NUMBER}",
    f"https://х.com/AdaTeaches/status/{NUMBER}",
]


@pytest.mark.parametrize("address", LEADING)
def test_an_address_of_a_post_leads_to_it(address: str) -> None:
    assert post_id(address) == NUMBER


@pytest.mark.parametrize("address", ELSEWHERE)
def test_any_other_address_leads_to_no_post(address: str) -> None:
    assert post_id(address) is None


@settings(deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=300), st.text(max_size=60).map("https://x.com/{}".format)))
def test_no_text_raises_and_what_is_found_is_a_number(text: str) -> None:
    found = post_id(text)

    assert found is None or (found.isascii() and found.isdecimal() and len(found) <= 19)


@pytest.mark.parametrize("piece", ["/", "i/", "status/", ".", "1", "(", "https://x.com/", "\n"])
def test_a_long_text_takes_no_time(piece: str) -> None:
    start = time.perf_counter()

    post_id("https://x.com/" + piece * 200_000)

    assert time.perf_counter() - start < 0.5


def test_people_search_for_what_they_asked_for() -> None:
    address = search_url('  #edchat  "exit ticket" & more ')

    assert address
    assert address.startswith("https://x.com/search?")
    assert parse_qs(urlsplit(address).query) == {"q": ['#edchat "exit ticket" & more'], "f": ["live"]}


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=3_000))
def test_any_words_give_a_short_plain_address(words: str) -> None:
    address = search_url(words)

    assert address is None or (address.isascii() and " " not in address and len(address) < 7_000)


def test_an_id_that_no_post_can_have_is_none() -> None:
    assert post_id(f"https://x.com/ana/status/{2**63 - 1}") == str(2**63 - 1)
    assert post_id(f"https://x.com/ana/status/{2**63}") is None


def test_an_account_is_followed_and_greeted_on_pages_of_x() -> None:
    assert account_links("@nrichmaths") == {
        "Follow": "https://x.com/intent/follow?screen_name=nrichmaths",
        "Say hello": "https://x.com/intent/tweet?text=%40nrichmaths+",
    }
    for hostile in ("", "@", "a b", "a&text=x", "../i", "é" * 3, "a" * 16):
        assert account_links(hostile) == {}
