"""The first digest of the demo: what everybody sees of Staffroom before anything else."""

import tomllib
from functools import cache
from pathlib import Path

from adapters.x.sample.pages import LoadedPosts, load_bundle
from adapters.x.sample.plugin import TOPICS
from adapters.x.sample.source import BUNDLE
from bot.cli.demo import demo_config
from bot.domain.audience import Audience
from bot.domain.choosing import choose
from bot.domain.digest import Candidate, Choice
from bot.domain.fate import Ending, Reason
from bot.domain.keys import PostKey
from bot.domain.matching import TopicIndex
from bot.domain.topic import parse_topic

SPAMMERS = {"AcePapersFst9", "GradeBoost247x", "FollowRockt88x"}


@cache
def bundle() -> LoadedPosts:
    return load_bundle(BUNDLE)


@cache
def first_digest() -> Choice:
    topics = [parse_topic(each, account_source="sample") for each in TOPICS]
    index, now = TopicIndex(topics, {}), bundle().now
    there = [post for post in bundle().posts if post.created_at <= now]
    candidates = [Candidate(post, tuple(found)) for post in there if (found := index.topics_of(post))]
    authors = {("sample", author.id): author for author in bundle().authors}
    return choose(candidates, Audience(5, now, topics=topics, authors=authors))


def handle_of(post: PostKey) -> str:
    by_id = {author.id: author.handle for author in bundle().authors}
    return next(by_id[each.author_id] for each in bundle().posts if each.key == post)


def test_it_has_five_items_by_five_people_from_several_topics() -> None:
    chosen = first_digest().chosen
    assert len({each.post.author_id for each in chosen}) == 5
    assert len({tag.casefold() for each in chosen for tag in each.post.hashtags}) >= 4


def test_one_item_is_an_article_that_three_educators_shared_in_different_spellings() -> None:
    assert any("shared by 3" in each.why for each in first_digest().chosen)


def test_one_item_is_a_question_that_can_be_answered_at_its_source() -> None:
    (question,) = [each.post for each in first_digest().chosen if each.asks]
    assert "?" in question.text
    assert question.reply_url.startswith("https://x.com/intent/tweet?in_reply_to=")


def test_essays_and_followers_for_sale_are_left_out_with_a_reason() -> None:
    fates = [fate for fate in first_digest().fates if handle_of(fate.post) in SPAMMERS]
    assert len(fates) >= 3
    assert {fate.ending for fate in fates} == {Ending.EXCLUDED}
    assert {fate.reason for fate in fates} <= {Reason.SPAM, Reason.STUFFED, Reason.AGAIN, Reason.COPIES}


def test_the_demo_shows_english_posts_but_everything_of_ones_own() -> None:
    invented = demo_config(database=Path("demo.sqlite"), zone="UTC", port=0, posts=None)
    own = demo_config(database=Path("demo.sqlite"), zone="UTC", port=0, posts=Path("posts.jsonl"))
    assert tomllib.loads(invented)["school"] == {"languages": ["en"]}
    assert "school" not in tomllib.loads(own)
