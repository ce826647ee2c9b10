"""From X's JSON to posts: both vocabularies, everything optional, nothing lost."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.x.parse import Page, parse_page, parse_users
from bot.domain.budget import Resources
from bot.domain.post import Link, Media, MediaKind, Metrics, Post, Reference, ReferenceKind
from tests.fakes.clock import TUESDAY
from tests.rigs.x_parts import Json, post, user
from tests.rigs.x_server_world import NEW_SPELLING, spelt

TCO = "https://t.co/Invented01"


def parsed(page: Json) -> Page:
    """The page, which must say the same in either vocabulary."""
    old, new = parse_page(page, read_at=TUESDAY), parse_page(spelt(page, NEW_SPELLING), read_at=TUESDAY)
    assert old == new
    return old


def only(item: Json, **includes: list[Json]) -> Post:
    (found,) = parsed({"data": [item], "includes": includes}).posts
    return found


def url(**more: Any) -> Json:
    return {"start": 0, "end": 23, "url": TCO, "expanded_url": "https://example.org/plan", **more}


def test_a_plain_post() -> None:
    found = only(
        post(
            11,
            "Plan for #Fractions",
            lang="en",
            conversation_id="10",
            public_metrics={"retweet_count": 3, "like_count": 7, "reply_count": 2, "quote_count": 1},
        )
    )

    assert found.key.source == "x"
    assert (found.key.id, found.latest_id, found.author_id) == ("11", "11", "501")
    assert (found.text, found.hashtags, found.lang) == ("Plan for #Fractions", ("Fractions",), "en")
    assert found.created_at == TUESDAY - timedelta(hours=1)
    assert found.metrics == Metrics(likes=7, reposts=3, replies=2, quotes=1)
    assert found.conversation_id == "10"
    assert found.url == "https://x.com/i/status/11"
    assert found.reply_url == "https://x.com/intent/tweet?in_reply_to=11"


def test_people_reply_to_the_latest_version_and_no_id_changes_where_they_are_led() -> None:
    assert only(post(12, "Edited", edit_history_tweet_ids=["11", "12"])).reply_url.endswith("in_reply_to=12")
    strange = only(post(13, "Hello") | {"id": "1&text=buy this#"})
    assert strange.reply_url == "https://x.com/intent/tweet?in_reply_to=1%26text%3Dbuy+this%23"


@pytest.mark.parametrize(
    ("counted", "followers"),
    [
        ({"public_metrics": {"followers_count": 1204, "following_count": 9}}, 1204),
        ({"public_metrics": {"followers_count": 0}}, 0),
        ({}, None),
        ({"public_metrics": {}}, None),
        ({"public_metrics": {"followers_count": None}}, None),
        ({"public_metrics": {"followers_count": "many"}}, None),
        ({"public_metrics": {"followers_count": True}}, None),
        ({"public_metrics": []}, None),
    ],
)
def test_followers_are_known_where_they_were_counted(counted: Json, followers: int | None) -> None:
    (found,), _ = parse_users({"data": [user(501, "ada", "Ada") | counted]})
    assert found.followers == followers


def test_a_known_author_is_in_the_address_and_beside_the_post() -> None:
    page = parsed({"data": post(11, "Hello"), "includes": {"users": [user(501, "AdaTeaches", "Ada &amp; class 4")]}})

    assert page.posts[0].url == "https://x.com/AdaTeaches/status/11"
    assert page.authors[0].name == "Ada & class 4"
    assert page.authors[0].profile_url == "https://x.com/AdaTeaches"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("bread &amp; butter", "bread & butter"),
        ("&lt;script&gt;", "<script>"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("a &copy b &eacute;", "a &copy b &eacute;"),
        ("\ud83d half a pair \0", "? half a pair �"),
    ],
)
def test_entities_are_taken_off_once_and_only_those_that_x_puts_on(written: str, read: str) -> None:
    assert only(post(11, written)).text == read


def test_a_long_post_is_read_in_full_with_the_tags_and_links_of_its_end() -> None:
    short = post(
        11, "A long plan… #start", entities={"urls": [url(title="The plan", unwound_url="https://example.org/p")]}
    )
    note = {
        "text": "A long plan &amp; more #start … #end",
        "entities": {
            "hashtags": [{"tag": "start"}, {"tag": "end"}],
            "urls": [url(), url(url="https://t.co/Invented02", expanded_url="https://example.org/two")],
        },
    }
    found = only(short | {"note_tweet": note})

    assert found.text == "A long plan & more #start … #end"
    assert found.hashtags == ("start", "end")
    assert found.links == (
        Link("https://example.org/p", TCO, "The plan"),
        Link("https://example.org/two", "https://t.co/Invented02"),
    )


def test_an_edited_post_stays_the_same_post() -> None:
    found = only(post(13, "Third wording", edit_history_tweet_ids=["11", "12", "13"]))

    assert (found.key.id, found.latest_id) == ("11", "13")


@pytest.mark.parametrize("history", [[""], [], None, "11", [None]])
def test_an_edit_history_that_says_nothing_is_not_believed(history: object) -> None:
    assert only(post(13, "Words", edit_history_tweet_ids=history)).key.id == "13"


def test_a_repost_is_its_original() -> None:
    original = post(5, "The whole of a long text", TUESDAY - timedelta(days=2), public_metrics={"like_count": 40})
    repost = post(11, "RT @ada: The whole of…", referenced_tweets=[{"type": "retweeted", "id": "5"}])

    found = only(repost, tweets=[original])

    assert (found.key.id, found.text, found.metrics.likes) == ("5", "The whole of a long text", 40)
    assert found.created_at == TUESDAY - timedelta(days=2)
    assert not found.is_repost


def test_a_repost_without_its_original_says_what_it_is() -> None:
    found = only(post(11, "RT @ada: The whole of…", referenced_tweets=[{"type": "retweeted", "id": "5"}]))

    assert found.is_repost
    assert found.references == (Reference(ReferenceKind.REPOSTED, "5"),)


def test_an_original_that_is_reposted_twice_is_there_once() -> None:
    reposts = [post(n, "RT", referenced_tweets=[{"type": "retweeted", "id": "5"}]) for n in (11, 12)]

    assert len(parsed({"data": reposts, "includes": {"tweets": [post(5, "Words")]}}).posts) == 1


def test_quotes_and_replies_keep_their_references() -> None:
    found = only(
        post(11, "So true", referenced_tweets=[{"type": "quoted", "id": "5"}, {"type": "replied_to", "id": "6"}, {}])
    )

    assert found.refers(ReferenceKind.QUOTED) == "5"
    assert found.refers(ReferenceKind.REPLIED_TO) == "6"


def test_an_address_is_written_as_a_browser_needs_it() -> None:
    address = url(expanded_url="https://example.org/?year=9&amp;copy=1&lt=2", unwound_url="")
    found = only(post(11, "Look", entities={"urls": [address]}))

    assert [link.url for link in found.links] == ["https://example.org/?year=9&copy=1&lt=2"]


def test_links_lead_to_resources_not_to_the_post_itself() -> None:
    entities = {
        "urls": [
            url(unwound_url="https://example.org/unwound", title="Fractions &amp; more", description="A plan"),
            url(),
            url(url="https://t.co/photo", expanded_url="https://x.com/ada/status/11/photo/1"),
            url(url="https://t.co/video", expanded_url="https://twitter.com/ada/status/11/video/1", media_key="7_1"),
            url(url="https://t.co/quote", expanded_url="https://twitter.com/ben/status/5"),
            url(url="https://t.co/self", expanded_url="https://twitter.com/i/web/status/11"),
            url(url="https://t.co/other", expanded_url="https://x.com/ben/status/6"),
            url(url="javascript:alert(1)", expanded_url="javascript:alert(1)"),
            {},
            "nonsense",
        ]
    }
    found = only(post(11, "Look", entities=entities, referenced_tweets=[{"type": "quoted", "id": "5"}]))

    assert found.links == (
        Link("https://example.org/unwound", TCO, "Fractions & more", "A plan"),
        Link("https://x.com/ben/status/6", "https://t.co/other"),
    )
    hidden = ("https://t.co/photo", "https://t.co/video", "https://t.co/quote", "https://t.co/self")
    assert found.hidden_addresses == hidden


def test_pictures_carry_their_words_and_holes_are_no_harm() -> None:
    item = post(11, "Look", attachments={"media_keys": ["3_1", "7_2", "16_3", "3_missing"]})
    media = [
        {"media_key": "3_1", "type": "photo", "alt_text": "A wall of maps"},
        {"media_key": "7_2", "type": "video"},
        {"media_key": "16_3", "type": "animated_gif"},
    ]

    assert only(item, media=media).media == (
        Media(MediaKind.PHOTO, "A wall of maps"),
        Media(MediaKind.VIDEO),
        Media(MediaKind.GIF),
    )


def test_a_poll_lists_its_options_in_order() -> None:
    poll = {"id": "70", "options": [{"position": 2, "label": "Later"}, {"position": 1, "label": "Now"}]}

    assert only(post(11, "When?", attachments={"poll_ids": ["70", "71"]}), polls=[poll]).poll == ("Now", "Later")


def test_sensitive_and_withheld_posts_say_so() -> None:
    found = only(post(11, "Words", possibly_sensitive=True, withheld={"country_codes": ["DE"], "copyright": False}))

    assert found.sensitive
    assert found.withheld


def test_tags_and_mentions_are_looked_for_where_nothing_is_marked() -> None:
    item = post(11, "With @Ben_1 and ada@example.org: #Éducation #2 #4th &#35; https://e.org/#part ＃maths")
    del item["entities"]

    found = only(item)

    assert found.hashtags == ("Éducation", "4th", "maths")
    assert found.mentions == ("Ben_1",)


def test_a_post_without_a_time_gets_that_of_the_one_before() -> None:
    first, second = post(11, "One"), post(12, "Two")
    del second["created_at"]

    page = parsed({"data": [first, second]})

    assert [each.created_at for each in page.posts] == [TUESDAY - timedelta(hours=1)] * 2
    assert parsed({"data": [second]}).posts[0].created_at == TUESDAY
    assert parsed({"data": [second]}).oldest is None


def test_what_is_billed_is_counted_and_what_is_missing_is_told() -> None:
    page = parsed(
        {
            "data": [post(11, "One"), post(12, "Two")],
            "includes": {"users": [user(501, "ada", "Ada")], "tweets": [post(5, "Five")]},
            "errors": [
                {"type": "https://api.twitter.com/2/problems/resource-not-found", "detail": "secret query"},
                {"type": "https://api.x.com/2/problems/resource-not-found"},
                {"type": "https://api.x.com/2/problems/not-authorized-for-resource"},
                {},
            ],
        }
    )

    assert page.resources == Resources(3, 1, post_ids=("11", "12", "5"), user_ids=("501",))
    assert len(page.problems) == 3
    assert not any("secret" in each for each in page.problems)
    assert any("2 × no longer there" in each for each in page.problems)


def test_users_and_those_who_are_missing() -> None:
    page = {"data": [user(501, "ada", "Ada")], "errors": [{"value": "ben", "resource_id": "ben"}]}

    found, missing = parse_users(page)

    assert [author.handle for author in found] == ["ada"]
    assert missing == ["ben"]


_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
_names = st.sampled_from(
    "id text data includes entities urls url expanded_url hashtags tag note_tweet note_post referenced_tweets type "
    "attachments media_keys media tweets users username created_at edit_history_tweet_ids public_metrics like_count "
    "errors meta next_token polls options label withheld".split()
)
_anything = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=8), max_leaves=40
)


@settings(deadline=None, derandomize=True)
@given(st.dictionaries(_names, _anything))
def test_no_shape_raises(page: Json) -> None:
    posts = parse_page(page, read_at=TUESDAY).posts
    assert all(isinstance(each.text, str) and each.key.id for each in posts)
    assert all(author.id for author in parse_users(page)[0])


@settings(deadline=None, derandomize=True)
@given(_anything, _anything)
def test_what_has_an_id_and_a_text_is_never_lost(entities: object, more: object) -> None:
    item = {
        "id": "11",
        "text": "Words",
        "entities": entities,
        "note_tweet": more,
        "attachments": more,
        "withheld": more,
    }

    assert only(item).key.id == "11"
