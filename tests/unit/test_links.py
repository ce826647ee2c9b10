import pytest

from bot.domain.links import canonical, host_of, is_web_address

ARTICLE = "https://fractionwall.example/lesson?page=2&unit=7"
SPELLINGS = [
    "http://fractionwall.example/lesson?page=2&unit=7",
    "https://www.fractionwall.example/lesson?page=2&unit=7",
    "https://m.fractionwall.example/lesson?page=2&unit=7",
    "https://fractionwall.example:443/lesson?page=2&unit=7",
    "https://fractionwall.example/lesson/?page=2&unit=7",
    "https://fractionwall.example/lesson?page=2&unit=7#top",
    "https://fractionwall.example/lesson?unit=7&page=2",
    "https://fractionwall.example/lesson?page=2&unit=7&utm_source=x&fbclid=1",
    "https://FractionWall.example/lesson?page=2&unit=7",
    "https://fractionwall.example/./lesson?page=2&unit=7",
    "https://fractionwall.example/lesson/amp?page=2&unit=7",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings_of_one_page_are_one_page(spelling: str) -> None:
    assert canonical(spelling) == canonical(ARTICLE)


def test_what_leads_to_different_pages_stays_apart() -> None:
    videos = [f"https://video.example/watch?v={each}" for each in ("abc", "abd")]
    assert canonical(videos[0]) != canonical(videos[1])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "http://[::1",
        "https://",
        "ftp://x.example",
        "https://a b.example",
        "https://school.example@evil.example/",
        "https://evil.example\\@school.example/",
        "https://evil.example\\.school.example/",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert not is_web_address(url)
    assert isinstance(canonical(url), str)


def test_a_host_is_shown_without_www() -> None:
    assert host_of("https://www.school.example/x") == "school.example"
