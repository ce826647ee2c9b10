"""What is wrong with a page of HTML: what a strict parser refuses, and references that lead nowhere."""

import itertools
from collections import Counter
from collections.abc import Iterator

import html5lib

from tests.rigs.html_page import Element, parse_page

LABELLED = {"input", "select", "textarea"}
UNSEEN = {"hidden", "submit"}
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "list")


def mistakes_in(html: str) -> list[str]:
    parser = html5lib.HTMLParser()
    parser.parse(html)
    broken = [f"line {place[0]}: {code}" for place, code, _ in parser.errors]
    page = parse_page(html)
    return [*broken, *_ids(page), *_references(page), *_labels(page), *_headings(page)]


def _ids(page: Element) -> Iterator[str]:
    count = Counter(each["id"] for each in page.all() if "id" in each.attributes)
    yield from (f"the id {id_!r} stands {times} times" for id_, times in count.items() if times > 1 or not id_)
    yield from (f"the id {id_!r} has a space" for id_ in count if " " in id_)


def _references(page: Element) -> Iterator[str]:
    ids = {each["id"] for each in page.all()}
    for each in page.all():
        for name in REFERENCES:
            yield from (f"{name}={id_!r} leads nowhere" for id_ in each[name].split() if id_ not in ids)


def _labels(page: Element) -> Iterator[str]:
    labelled = {each["for"] for each in page.all("label")}
    wrapped = {id(field) for label in page.all("label") for field in label.all()}
    for each in page.all():
        is_field = each.tag in LABELLED and each["type"] not in UNSEEN
        if is_field and each["id"] not in labelled and id(each) not in wrapped:
            yield f"nothing says what the field {each['name']!r} is"


def _headings(page: Element) -> Iterator[str]:
    """Beginning with one of the first level, none deeper than one level below the last."""
    levels = [int(each.tag[1]) for each in page.all() if each.tag in {"h1", "h2", "h3", "h4"}]
    if levels[:1] != [1] or levels.count(1) != 1:
        yield f"the headings begin with {levels[:1]}, and {levels.count(1)} are of the first level"
    yield from (f"h{after} follows h{before}" for before, after in itertools.pairwise(levels) if after > before + 1)
