"""The posts that were judged belong to their authors: the project holds their ids and our labels."""

import re

from benchmarks.digest_quality import LABELS, read_labels

LINES = LABELS.read_text(encoding="utf-8").splitlines()


def test_the_labels_hold_ids_and_judgements_and_nothing_else() -> None:
    assert LINES[0] == "id\tspam\tquarrel\tworth"
    assert all(re.fullmatch(r"\d{19}\t[yn]\t[yn]\t(?:worth|fine|noise)", line) for line in LINES[1:])


def test_no_post_is_judged_twice() -> None:
    assert len(read_labels()) == len(LINES) - 1


def test_spam_is_always_noise() -> None:
    assert {label.worth for label in read_labels().values() if label.spam} == {"noise"}
