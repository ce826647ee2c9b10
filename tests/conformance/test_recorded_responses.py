"""Responses of the real X, as public test suites recorded them: all are read, and no post is lost."""

import json
import tarfile
from typing import Any

from adapters.x.parse import Page, parse_page, parse_users
from adapters.x.shapes import objects_at, text_at
from tests.conformance.shared import shared
from tests.fakes.clock import TUESDAY

Json = dict[str, Any]


def recorded() -> dict[str, Any]:
    with tarfile.open(shared("data/recorded-v2-responses.tar.gz")) as archive:
        names = [name for name in archive.getnames() if name.endswith(".json")]
        files = {name: archive.extractfile(name) for name in names}
        return {name: json.load(file) for name, file in files.items() if file}


def pages() -> dict[str, Json]:
    return {name: body for name, body in recorded().items() if isinstance(body, dict)}


def read(page: Json) -> Page:
    return parse_page(page, read_at=TUESDAY)


def test_every_recorded_response_is_read() -> None:
    for body in pages().values():
        read(body)
        parse_users(body)

    assert len(pages()) >= 80


def test_no_post_with_an_id_and_a_text_is_lost() -> None:
    lost, seen = [], 0
    for name, body in pages().items():
        found = {each.latest_id for each in read(body).posts}
        for item in objects_at(body, "data"):
            if text_at(item, "id") and text_at(item, "text"):
                seen += 1
                reposted = {each["id"] for each in item.get("referenced_tweets", []) if each["type"] == "retweeted"}
                if not found & {item["id"], *reposted}:
                    lost.append((name, item["id"]))

    assert lost == []
    assert seen > 100


def test_a_repost_whose_original_came_along_is_never_shown_as_a_repost() -> None:
    for body in pages().values():
        included = {text_at(each, "id") for each in objects_at(body.get("includes", {}), "tweets")}
        for post in read(body).posts:
            assert not any(post.is_repost and reference.id in included for reference in post.references)


def test_texts_are_in_full_and_without_escapes() -> None:
    for body in pages().values():
        for post in read(body).posts:
            assert post.text
            assert "&amp;" not in post.text
