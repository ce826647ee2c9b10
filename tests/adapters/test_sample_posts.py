"""The invented posts of the demo, as they lie in the file: what they must be rich in, and what they may never hold."""

import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

Json = dict[str, Any]

FILE = Path(__file__).parents[2] / "adapters" / "x" / "sample" / "posts" / "educators.jsonl"
FIRST, *PAGES = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657

HASHTAGS = ["edchat", "edtech", "mathchat", "scichat", "litchat", "newteachers"]
ACCOUNTS = ["CountingHouseMA", "BunsenBarn_SRC", "ShelfmarkNet_", "FirstBellNet_", "PlugNChalk_", "MsOkwuosaBright"]
SCHOOL_DAYS = [f"2026-09-{day:02}" for day in (7, 8, 9, 10, 11, 14, 15, 16, 17)]
SPAM_TAGS = {
    "essayhelp",
    "homeworkhelp",
    "assignmenthelp",
    "essaywriting",
    "dueessay",
    "essaydue",
    "gainfollowers",
    "f4f",
}
SPAMMERS = {"AcePapersFst9", "GradeBoost247x", "FollowRockt88x"}
NEW_WORDS = {"referenced_posts", "note_post", "edit_history_post_ids", "repost_count", "posts"}
OLD_WORDS = {"referenced_tweets", "note_tweet", "edit_history_tweet_ids", "retweet_count", "tweets"}


def either(item: Json, old: str, new: str) -> Any:
    return item.get(old, item.get(new))


def references(post: Json, kind: str) -> list[str]:
    return [each["id"] for each in either(post, "referenced_tweets", "referenced_posts") or [] if each["type"] == kind]


def editions(post: Json) -> list[str]:
    found: list[str] = either(post, "edit_history_tweet_ids", "edit_history_post_ids")
    return found


def note(post: Json) -> Json:
    found: Json = either(post, "note_tweet", "note_post") or {}
    return found


def included_posts(page: Json) -> list[Json]:
    return either(page["includes"], "tweets", "posts") or []


def included(kind: str) -> list[Json]:
    return [each for page in PAGES for each in page["includes"].get(kind, [])]


def full_text(post: Json) -> str:
    return html.unescape(str(note(post).get("text", post["text"])))


def hashtags(post: Json) -> list[str]:
    return [
        each["tag"].casefold() for part in (post, note(post)) for each in part.get("entities", {}).get("hashtags", [])
    ]


def urls(post: Json) -> list[Json]:
    return [each for part in (post, note(post)) for each in part.get("entities", {}).get("urls", [])]


def everything_under(value: Any) -> Iterator[Any]:
    """The value, and every key and value below it."""
    yield value
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from everything_under(below)
    elif isinstance(value, list):
        for below in value:
            yield from everything_under(below)


POSTS: list[Json] = [post for page in PAGES for post in page["data"]]
ALL_POSTS: list[Json] = POSTS + [post for page in PAGES for post in included_posts(page)]
USERS: dict[str, Json] = {user["id"]: user for user in included("users")}
NOW = datetime.fromisoformat(FIRST["staffroom_now"])


def handle(post: Json) -> str:
    found: str = USERS[post["author_id"]]["username"]
    return found


def time_of(post: Json) -> datetime:
    return datetime.fromisoformat(post["created_at"])


def ordinary_posts() -> list[Json]:
    """What a digest may show: no spam, no repost, nothing sensitive or withheld."""
    return [
        post
        for post in POSTS
        if handle(post) not in SPAMMERS
        and not references(post, "retweeted")
        and not post["possibly_sensitive"]
        and "withheld" not in post
    ]


def test_the_first_line_says_what_time_it_is() -> None:
    assert FIRST == {"staffroom_now": "2026-09-09T06:30:00.000Z"}


def test_there_are_enough_posts_by_enough_people() -> None:
    assert len(POSTS) >= 190
    assert len({post["author_id"] for post in POSTS}) >= 60
    assert FILE.stat().st_size < 400_000


@pytest.mark.parametrize("hashtag", HASHTAGS)
def test_every_hashtag_has_thirty_posts(hashtag: str) -> None:
    assert sum(hashtag in hashtags(post) for post in POSTS) >= 30


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_account_worth_following_has_six_posts_before_and_after_now(account: str) -> None:
    times = [time_of(post) for post in POSTS if handle(post) == account]
    assert len(times) >= 6
    assert min(times) < NOW < max(times)


@pytest.mark.parametrize("day", SCHOOL_DAYS)
def test_every_school_day_brings_a_dozen_good_posts(day: str) -> None:
    assert sum(post["created_at"].startswith(day) for post in ordinary_posts()) >= 12


def test_three_days_lie_behind_now_and_eight_before_it() -> None:
    assert sum(time_of(post) <= NOW for post in POSTS) >= 80
    assert (NOW - min(map(time_of, POSTS))).days == 2
    assert (max(map(time_of, POSTS)) - NOW).days == 8


def test_pages_look_like_answers_of_the_search() -> None:
    for page in PAGES:
        ids = [int(post["id"]) for post in page["data"]]
        assert 10 <= len(ids) <= 40
        assert ids == sorted(ids, reverse=True)
        assert page["meta"] == {"newest_id": str(ids[0]), "oldest_id": str(ids[-1]), "result_count": len(ids)}


def test_each_page_keeps_to_one_vocabulary_and_both_occur() -> None:
    words = [{each for each in everything_under(page) if isinstance(each, str)} for page in PAGES]
    newer = [bool(found & NEW_WORDS) for found in words]
    assert all(not (found & NEW_WORDS and found & OLD_WORDS) for found in words)
    assert 1 <= sum(newer) <= 2
    of_the_newer = set[str]().union(*(found for found, new in zip(words, newer, strict=True) if new))
    assert of_the_newer >= NEW_WORDS


def test_an_id_tells_the_time_its_post_was_written() -> None:
    for post in ALL_POSTS:
        written = datetime.fromtimestamp(((int(post["id"]) >> 22) + SNOWFLAKE_EPOCH_MS) // 1000, UTC)
        assert written == time_of(post)


def test_every_version_of_a_post_is_listed_once() -> None:
    assert max(Counter(post["id"] for post in POSTS).values()) == 1


def test_everyone_who_is_referred_to_is_known() -> None:
    for post in ALL_POSTS:
        assert post["author_id"] in USERS
        assert post.get("in_reply_to_user_id", post["author_id"]) in USERS
        for mention in post.get("entities", {}).get("mentions", []):
            assert USERS[mention["id"]]["username"] == mention["username"]


def test_handles_are_as_the_network_allows_them() -> None:
    handles = {user["username"].casefold() for user in USERS.values()}
    assert len(handles) == len(USERS)
    assert all(re.fullmatch(r"[A-Za-z0-9_]{1,15}", user["username"]) for user in USERS.values())


def test_entities_point_at_their_words() -> None:
    for post in ALL_POSTS:
        for part in filter(None, (post, note(post))):
            entities = part.get("entities", {})
            spans = [(each, f"#{each['tag']}") for each in entities.get("hashtags", [])]
            spans += [(each, f"@{each['username']}") for each in entities.get("mentions", [])]
            spans += [(each, each["url"]) for each in entities.get("urls", [])]
            for entity, words in spans:
                assert part["text"][entity["start"] : entity["end"]] == words


def test_texts_are_escaped_as_the_network_escapes_them() -> None:
    for post in ALL_POSTS:
        for part in filter(None, (post, note(post))):
            assert html.escape(html.unescape(part["text"]), quote=False) == part["text"]
    assert any("&amp;" in post["text"] for post in POSTS)


def test_no_address_leads_to_a_real_site() -> None:
    written = [each for page in PAGES for each in everything_under({**page, "errors": []}) if isinstance(each, str)]
    hosts = {urlsplit(found).hostname or "" for each in written for found in re.findall(r"https?://[^\s\"<>)]+", each)}
    assert {host for host in hosts if not host.endswith(".example")} == {"t.co", "x.com"}


def test_every_short_link_is_resolved() -> None:
    for post in ALL_POSTS:
        resolved = {url["url"] for url in urls(post)}
        assert set(re.findall(r"https://t\.co/\w+", post["text"])) <= resolved
        for url in urls(post):
            permalink = re.match(r"https://x\.com/(i/web|\w{1,15})/status/\d+", url["expanded_url"])
            assert permalink or (urlsplit(url["expanded_url"]).hostname or "").endswith(".example")


def test_links_bring_titles_and_descriptions() -> None:
    outside = [url for post in POSTS for url in urls(post) if "title" in url]
    assert len({url["unwound_url"] for url in outside}) >= 40
    assert sum("description" in url for url in outside) >= 40


def test_nearly_half_have_no_like_and_a_few_are_popular() -> None:
    likes = [post["public_metrics"]["like_count"] for post in POSTS]
    assert 0.4 <= likes.count(0) / len(likes) <= 0.5
    assert 5 <= sum(each >= 35 for each in likes) <= 30


FEATURES: dict[str, tuple[int, Callable[[Json], object]]] = {
    "reply": (6, lambda post: post.get("in_reply_to_user_id") and references(post, "replied_to")),
    "reply without a hashtag": (1, lambda post: references(post, "replied_to") and not hashtags(post)),
    "quote": (5, lambda post: references(post, "quoted")),
    "repost": (4, lambda post: references(post, "retweeted") and post["text"].startswith("RT @")),
    "long post": (4, lambda post: len(note(post).get("text", "")) > 280 >= len(html.unescape(post["text"]))),
    "poll": (2, lambda post: post.get("attachments", {}).get("poll_ids")),
    "picture or video": (10, lambda post: post.get("attachments", {}).get("media_keys")),
    "two hashtags of ours": (60, lambda post: len(set(hashtags(post)) & set(HASHTAGS)) >= 2),
    "Spanish or French": (12, lambda post: post["lang"] in {"es", "fr"}),
    "emoji": (8, lambda post: re.search("[\N{SNOWFLAKE}-\N{HEAVY BLACK HEART}\U0001f300-\U0001faff]", post["text"])),
    "essay mill or followers for sale": (6, lambda post: handle(post) in SPAMMERS and len(set(hashtags(post))) >= 3),
    "typical spam tag": (5, lambda post: set(hashtags(post)) & SPAM_TAGS),
    "sensitive": (1, lambda post: post["possibly_sensitive"]),
    "withheld": (1, lambda post: post.get("withheld", {}).get("country_codes")),
    "edited": (1, lambda post: len(editions(post)) == 2),
}


@pytest.mark.parametrize("feature", FEATURES)
def test_the_posts_show_every_feature_of_the_network(feature: str) -> None:
    at_least, has_it = FEATURES[feature]
    assert sum(bool(has_it(post)) for post in POSTS) >= at_least


HOSTILE = [
    "@everyone @here <!channel> <!here> <@U123>",
    "</script><script>alert(1)</script>",
    '=HYPERLINK("http://x.example","click")',
    "*bold* _it_ ~s~ `code`",
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "\N{ZERO WIDTH SPACE}",
    "](https://",
    "verteilerschlüsselbundanhänger",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_among_the_posts(hostile: str) -> None:
    assert any(hostile in full_text(post) for post in POSTS)


def test_hostile_and_stuffed_posts_are_few_and_unloved() -> None:
    stuffed = [post for post in POSTS if len(hashtags(post)) >= 12]
    hostile = [post for post in POSTS if any(each in full_text(post) for each in HOSTILE)]
    assert stuffed
    assert len(hostile + stuffed) <= 10
    assert all(post["public_metrics"]["like_count"] == 0 for post in hostile + stuffed)


def test_hostile_names_are_among_the_authors() -> None:
    assert {"</b><img src=x onerror=alert(1)>", "@everyone"} <= {USERS[post["author_id"]]["name"] for post in POSTS}


def test_quoted_and_reposted_posts_come_along_except_one() -> None:
    missing: list[str] = []
    for page in PAGES:
        along = {post["id"] for post in included_posts(page)}
        reported = {error["resource_id"] for error in page.get("errors", [])}
        for post in page["data"]:
            absent = {*references(post, "quoted"), *references(post, "retweeted")} - along
            assert absent <= reported
            missing += absent
    assert len(missing) == 1


def test_polls_and_media_come_along() -> None:
    for page in PAGES:
        wanted = [post.get("attachments", {}) for post in page["data"]]
        polls = {poll["id"] for poll in page["includes"].get("polls", [])}
        media = {each["media_key"] for each in page["includes"].get("media", [])}
        assert polls == {each for attached in wanted for each in attached.get("poll_ids", [])}
        assert media == {each for attached in wanted for each in attached.get("media_keys", [])}


def test_some_pictures_are_described_and_some_are_not() -> None:
    described = Counter("alt_text" in each for each in included("media") if each["type"] == "photo")
    assert described[True] >= 6
    assert described[False] >= 2
    assert any(each["type"] == "video" for each in included("media"))


def test_both_versions_of_the_edited_post_lie_in_different_pages() -> None:
    edited = next(post for post in POSTS if len(editions(post)) == 2)
    places = [{post["id"] for post in page["data"]} for page in PAGES]
    first, latest = editions(edited)
    assert latest == edited["id"]
    assert [first in place for place in places].index(True) != [latest in place for place in places].index(True)


def test_one_article_is_linked_under_many_spellings() -> None:
    spellings = {
        url["expanded_url"] for post in POSTS for url in urls(post) if url["expanded_url"].count("five-minute-start")
    }
    assert len(spellings) >= 6
    for kind in ("utm_", "http://", "https://www.", "https://m.", "#"):
        assert any(kind in each for each in spellings)
    assert any(each.endswith("/") for each in spellings)


def test_three_accounts_share_the_article_in_different_spellings_before_the_first_digest() -> None:
    shares = {
        handle(post): url["expanded_url"]
        for post in POSTS
        for url in urls(post)
        if time_of(post) <= NOW and "five-minute-start" in url["expanded_url"]
    }
    assert len(shares) >= 3
    assert len(set(shares.values())) == len(shares)


def test_a_teacher_asks_the_evening_before_and_nobody_has_answered() -> None:
    asked = [
        post for post in POSTS if handle(post) == "NewbieNoor_T" and "How do you settle a class" in full_text(post)
    ]
    assert [post["public_metrics"]["reply_count"] for post in asked] == [0]
    assert (NOW - time_of(asked[0])).total_seconds() < 12 * 3600


def test_everybody_has_followers_and_the_same_number_wherever_they_appear() -> None:
    counted = {(user["id"], user["public_metrics"]["followers_count"]) for user in included("users")}
    assert len(counted) == len(USERS)
    assert all(followers > 0 for _, followers in counted)
    spam = [followers for account, followers in counted if USERS[account]["username"] in SPAMMERS]
    assert max(spam) < 100


def test_some_posts_are_nearly_the_same() -> None:
    words = {
        post["id"]: set(re.findall(r"\w+", re.sub(r"https://\S+|#\w+", "", full_text(post).casefold())))
        for post in POSTS
    }
    originals = [post["id"] for post in POSTS if not references(post, "retweeted") and len(editions(post)) == 1]
    alike = [
        pair
        for pair in combinations(originals, 2)
        if len(words[pair[0]] & words[pair[1]]) >= 0.7 * len(words[pair[0]] | words[pair[1]])
    ]
    assert len({each for pair in alike for each in pair}) >= 12


def test_what_cannot_be_seen_is_written_visibly_in_the_file() -> None:
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", FILE.read_text("utf-8"))
