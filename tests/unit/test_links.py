import string
from time import perf_counter
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.links import LONGEST, canonical, host_of, is_short, is_web_address, site_of
from bot.domain.links.address import read, read_unusual

ARTICLE = "https://fractionwall.example/lesson?page=2&unit=7"
SPELLINGS = [
    "http://fractionwall.example/lesson?page=2&unit=7",
    "HTTPS://fractionwall.example/lesson?page=2&unit=7",
    "https://www.fractionwall.example/lesson?page=2&unit=7",
    "https://m.fractionwall.example/lesson?page=2&unit=7",
    "https://mobile.fractionwall.example/lesson?page=2&unit=7",
    "https://amp.fractionwall.example/lesson?page=2&unit=7",
    "https://www.m.fractionwall.example/lesson?page=2&unit=7",
    "https://m.www.fractionwall.example/lesson?page=2&unit=7",
    "https://fractionwall.example:443/lesson?page=2&unit=7",
    "http://fractionwall.example:80/lesson?page=2&unit=7",
    "https://fractionwall.example/lesson/?page=2&unit=7",
    "https://fractionwall.example//lesson?page=2&unit=7",
    "https://fractionwall.example/lesson?page=2&unit=7#top",
    "https://fractionwall.example/lesson?page=2&unit=7#:~:text=One%20half",
    "https://fractionwall.example/lesson?unit=7&page=2",
    "https://fractionwall.example/lesson?&page=2&&unit=7&",
    "https://fractionwall.example/lesson?page=2&unit=7&sort=",
    "https://fractionwall.example/lesson?page=2&unit=7&utm_source=x&fbclid=1",
    "https://fractionwall.example/lesson?UTM_Source=x&page=2&unit=7&mibextid=a&igsh=b&gad_source=1&srsltid=c&si=d",
    "https://fractionwall.example/lesson?page=2&unit=7&at_medium=social&hss_channel=tw-1&mc_cid=a&_hsenc=b&_gl=1*a",
    "https://fractionwall.example/lesson?utm%5Fsource=x&page=2&unit=7",
    "https://FractionWall.example/lesson?page=2&unit=7",
    "https://fractionwall.example./lesson?page=2&unit=7",
    "https://fractionwall.example/./lesson?page=2&unit=7",
    "https://fractionwall.example/units/../lesson?page=2&unit=7",
    "https://fractionwall.example/%6Cesson?page=%32&unit=7",
    "https://fractionwall.example/lesson/amp?page=2&unit=7",
    "https://fractionwall.example/lesson/amp/?page=2&unit=7",
    "https://fractionwall.example/lesson.amp?page=2&unit=7",
    "https://fractionwall.example/lesson?page=2&unit=7&amp=1",
    "https://fractionwall.example/lesson?amp&page=2&unit=7",
    "https://fractionwall.example/lesson?outputType=amp&page=2&unit=7",
    "https://www.google.com/amp/s/fractionwall.example/lesson/amp/?page=2&unit=7",
    "https://www.google.co.uk/amp/fractionwall.example/lesson?page=2&unit=7",
    "https://fractionwall-example.cdn.ampproject.org/c/s/www.fractionwall.example/lesson?page=2&unit=7&usqp=mq331AQ",
    f"https://www.google.com/url?sa=t&url={quote(ARTICLE, safe='')}&ved=2ah",
    f"https://l.facebook.com/l.php?u={quote(ARTICLE, safe='')}&h=AT0",
    f"https://eur02.safelinks.protection.outlook.com/?url={quote(ARTICLE, safe='')}&data=05%7C01",
    f"https://www.youtube.com/redirect?event=video_description&q={quote(ARTICLE, safe='')}",
    "  https://fractionwall.example/lesson?page=2&unit=7\n",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings_of_one_page_are_one_page(spelling: str) -> None:
    assert canonical(spelling) == canonical(ARTICLE) == ARTICLE


FILM = "ab-cd_EF12g"


@pytest.mark.parametrize(
    "spelling",
    [
        f"https://youtu.be/{FILM}",
        f"https://youtu.be/{FILM}?si=Zx81&t=30s",
        f"http://www.youtube.com/watch?v={FILM}",
        f"https://m.youtube.com/watch?app=desktop&v={FILM}",
        f"https://www.youtube.com/watch?feature=youtu.be&v={FILM}&t=30s",
        f"https://www.youtube.com/watch?v={FILM}&list=PL1&index=4",
        f"https://youtube.com/shorts/{FILM}?feature=share",
        f"https://www.youtube.com/live/{FILM}",
        f"https://www.youtube-nocookie.com/embed/{FILM}?start=30",
        f"https://music.youtube.com/watch?v={FILM}&pp=y",
    ],
)
def test_a_video_is_one_wherever_it_is_watched(spelling: str) -> None:
    assert canonical(spelling) == f"https://youtube.com/watch?v={FILM}"


@pytest.mark.parametrize(
    "spelling",
    [
        "https://twitter.com/penrose_maths/status/190000000000000001",
        "https://x.com/penrose_maths/status/190000000000000001?s=20&t=abc",
        "https://mobile.twitter.com/penrose_maths/status/190000000000000001/photo/1",
        "https://x.com/i/web/status/190000000000000001",
        "https://fxtwitter.com/Penrose_Maths/status/190000000000000001",
        "https://vxtwitter.com/i/status/190000000000000001#m",
    ],
)
def test_a_post_is_one_wherever_it_is_read(spelling: str) -> None:
    assert canonical(spelling) == "https://x.com/i/status/190000000000000001"


WORKSHEET = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"https://docs.google.com/document/d/{WORKSHEET}/edit?usp=sharing", f"document/d/{WORKSHEET}"),
        (f"https://docs.google.com/presentation/u/0/d/{WORKSHEET}/copy#slide=1", f"presentation/d/{WORKSHEET}"),
    ],
)
def test_a_shared_document_is_one_however_it_is_opened(one: str, other: str) -> None:
    assert canonical(one) == f"https://docs.google.com/{other}"


def test_a_shared_file_is_one_however_it_is_opened() -> None:
    file = f"https://drive.google.com/file/d/{WORKSHEET}"

    assert canonical(f"{file}/view?usp=drive_link") == file
    assert canonical(f"https://drive.google.com/open?id={WORKSHEET}&authuser=0") == file


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.youtube.com/watch?v=abcdefghijk", "https://www.youtube.com/watch?v=abcdefghijl"),
        ("https://youtu.be/abcdefghijk", "https://youtu.be/abcdefghijK"),
        ("https://video.example/watch?v=abc", "https://video.example/watch?v=abd"),
        ("https://school.example/?p=12", "https://school.example/?p=13"),
        ("https://school.example/index.php?id=12", "https://school.example/index.php?id=13"),
        ("https://school.example/news?article=a", "https://school.example/news?article=b"),
        ("https://school.example/?lesson-4", "https://school.example/?lesson-5"),
        ("https://school.example/find?tag=a&tag=b", "https://school.example/find?tag=b&tag=a"),
        ("https://school.example/find?q=a%26b", "https://school.example/find?q=a&b"),
        ("https://school.example/find?q=a%2Bb", "https://school.example/find?q=a+b"),
        ("https://school.example/Lesson", "https://school.example/lesson"),
        ("https://school.example/app#/unit/2", "https://school.example/app#/unit/3"),
        ("https://school.example/app#!unit2", "https://school.example/app"),
        ("https://school.example/a%2Fb", "https://school.example/a/b"),
        ("https://school.example/amp", "https://school.example/"),
        ("https://school.example/amplifiers", "https://school.example/lifiers"),
        ("https://school.example:8080/", "https://school.example/"),
        ("https://m.co.uk/", "https://amp.co.uk/"),
        ("https://maths.school.example/", "https://school.example/"),
        ("https://x.com/penrose_maths/status/1", "https://x.com/penrose_maths/status/2"),
        ("https://social.example/@penrose/1", "https://social.example/@penrose/2"),
        ("https://school.example/page?s=1", "https://school.example/page?s=2"),
        ("https://school.example/clip?t=1", "https://school.example/clip?t=2"),
        ("https://drive.google.com/open?id=short", "https://drive.google.com/open?id=brief"),
        ("https://www.google.com/search?q=halves", "https://www.google.com/search?q=thirds"),
    ],
)
def test_what_leads_to_different_pages_stays_apart(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://en.m.wikipedia.org/wiki/Fraction", "https://en.wikipedia.org/wiki/Fraction?wprov=sfti1"),
        ("https://school.example/Br%c3%bcche", "https://school.example/Brüche"),
        ("https://brüche.example/", "https://xn--brche-lva.example"),
        ("https://school.example/?q=one%20half", "https://school.example/?q=one+half"),
        ("https://school.example/?q=%7Ea", "https://school.example/?q=~a"),
        ("https://halves.blogspot.com/2026/11/a.html?m=1", "http://halves.blogspot.com/2026/11/a.html"),
        ("https://school.example/a.amp.html", "https://school.example/a.html"),
        ("https://school.example/app#/unit/2/", "https://school.example/app/#/unit/2"),
        ("https://[2001:db8::1]:443/a", "http://[2001:DB8::1]/a/"),
        ("https://somebody@school.example/a", "https://school.example/a"),
    ],
)
def test_what_leads_to_one_page_is_one_page(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "http://[::1",
        "http://school.example:99999/",
        "https://",
        "ftp://x.example",
        "https://a b.example",
        "https://school.example@evil.example/",
        "https://evil.example\\@school.example/",
        "https://evil.example\\.school.example/",
    ],
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert not is_web_address(url) or "99999" in url
    assert isinstance(canonical(url), str)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.school.example/x", "school.example"),
        ("http://school.example", "school.example"),
        ("https://school.example?page=2", "school.example"),
        ("https://School.Example:8080/", "school.example"),
        ("https://www.school.example:8080/", "school.example"),
        ("https://somebody@school.example/", "school.example"),
        ("https://brüche.example/", "brüche.example"),
        ("https://[::1", ""),
        ("school.example/x", ""),
    ],
)
def test_a_host_is_shown_without_www(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://bit.ly/3abcDEF", True),
        ("http://www.tinyurl.com/halves", True),
        ("https://t.co/abc", True),
        ("https://bit.ly/", False),
        ("https://bit.ly.school.example/3abc", False),
        ("https://school.example/bit.ly/3abc", False),
        ("bit.ly/3abc", False),
        ("", False),
    ],
)
def test_a_short_address_is_known_by_its_host(url: str, *, expected: bool) -> None:
    assert is_short(url) is expected


HOSTILE = {
    "telephone pages of telephone pages": "https://a." + "m." * 1_500 + "com/",
    "a host of letters from elsewhere": "https://" + "א" * 4_000 + "/",
    "pages for telephones of pages for telephones": "https://school.example" + "/amp" * 1_000,
    "endings of endings": "https://school.example/x" + ".amp" * 1_000 + ".htmx",
    "dots": "https://school.example" + "/.." * 1_300,
    "wrapped again and again": "https://google.com/url?q=" * 146 + "https://school.example/",
    "escapes": "https://school.example/?" + "a=%20&" * 650,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_address_takes_no_long_time(name: str) -> None:
    urls = [f"{HOSTILE[name]}#/{number}" for number in range(20)]
    began = perf_counter()
    for url in urls:
        is_short(canonical(url))
        site_of(host_of(url))
    assert perf_counter() - began < 1


def test_an_address_longer_than_any_page_has_is_compared_as_it_is() -> None:
    url = "https://school.example/?" + "a&" * LONGEST

    assert canonical(url) == url


# ------------------------------------------------------------------------------------------------------ for any address

HOSTS = st.sampled_from(
    "school.example www.school.example m.co.uk x.com twitter.com youtube.com youtu.be docs.google.com drive.google.com "
    "google.com l.facebook.com a.cdn.ampproject.org b.safelinks.protection.outlook.com [::1] brüche.example "
    "a_b.example xn--a.example 127.0.0.1 localhost m.m.m.m A.B.C www.www.www.example".split()
)
PIECES = st.sampled_from(
    [
        *"/ // . .. /. /.. % %2 %2f %2F %zz %ff %C3%A4 %E0%A4 ä a b c amp /amp .amp .amp.html html ? & = + #".split(),
        *"#! #/ : ; @ [ ] \\ ~ * ' ( ) , $ ! url= q= u= v= m=1 amp= amp=1 utm_a=1 status/12 /watch s/ c/".split(),
        *"/embed/abcdefghijk /document/d/ https:// http://school.example https%3A%2F%2Fschool.example%2Fa".split(),
        *[" ", "\t", "\n", "\x00", "a\u0308", "\u2028", "\ud800", "\u3002", "😀", ":~:text=a"],
    ]
)
ADDRESSES = st.builds(
    lambda scheme, host, port, rest: f"{scheme}{host}{port}{''.join(rest)}",
    st.sampled_from(["https://", "http://", "HTTPS://", "https:", "//", ""]),
    HOSTS,
    st.sampled_from(["", ":", ":80", ":443", ":8080", ":0443", ":99999", ":a"]),
    st.lists(PIECES, max_size=12),
)


@given(ADDRESSES | st.text())
@example("https://google.com/url?q=https://google.com/url?q=https://school.example/amp")
@example("https://school.example/lesson.amp.amp.html")
@example("https://school.example/amp/amp/amp")
def test_an_address_in_one_spelling_has_no_other(url: str) -> None:
    assert canonical(canonical(url)) == canonical(url)


WORDS = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8).filter(lambda word: word != "amp")
PATHS = st.lists(WORDS, max_size=4).map("/".join)
PARAMETERS = st.dictionaries(WORDS.map(lambda word: f"x{word}"), WORDS, max_size=3)


@given(PATHS, PATHS, PARAMETERS, PARAMETERS)
def test_different_paths_and_parameters_never_become_one_page(
    path: str, other_path: str, parameters: dict[str, str], others: dict[str, str]
) -> None:
    urls = [
        f"https://school.example/{path}?{'&'.join(f'{name}={value}' for name, value in pairs.items())}"
        for path, pairs in ((path, parameters), (other_path, others))
    ]

    same = (path, parameters) == (other_path, others)
    assert (canonical(urls[0]) == canonical(urls[1])) is same


LABELS = st.text(string.ascii_letters + string.digits, min_size=1, max_size=6)
ORDINARY = st.builds(
    lambda labels, port, path, query, fragment: f"https://{'.'.join(labels)}{port}/{path}{query}{fragment}",
    st.lists(LABELS | st.sampled_from(["www", "m", "a-b"]), min_size=1, max_size=4),
    st.sampled_from(["", ":80", ":443", ":0", ":8080"]),
    st.text(string.ascii_letters + string.digits + "_.~!$&'()*+,;:@=/-", max_size=12),
    st.just("") | st.text(string.printable[:94].replace("#", ""), max_size=12).map(lambda query: f"?{query}"),
    st.just("") | st.text(string.printable[:94], max_size=8).map(lambda fragment: f"#{fragment}"),
)


@given(ORDINARY)
def test_an_ordinary_address_reads_as_the_library_reads_it(url: str) -> None:
    assert read(url) == read_unusual(url)
