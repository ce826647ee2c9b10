import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.topic import TopicKind, parse_search, parse_topic, parse_topics
from bot.errors import Mistake


@pytest.mark.parametrize(
    ("typed", "kind", "key", "label"),
    [
        ("#EdChat", TopicKind.HASHTAG, "edchat", "#EdChat"),
        (" #Éducation ", TopicKind.HASHTAG, "education", "#Éducation"),
        ("@Ana_Souza", TopicKind.ACCOUNT, "ana_souza", "@Ana_Souza"),
        ("“Exit   Ticket”", TopicKind.PHRASE, "exit ticket", '"Exit Ticket"'),
        ("list:12345", TopicKind.LIST, "12345", "list:12345"),
    ],
)
def test_a_topic_is_normalised_once(typed: str, kind: TopicKind, key: str, label: str) -> None:
    topic = parse_topic(typed, account_source="x")
    assert (topic.kind, topic.key, topic.label) == (kind, key, label)


def test_only_accounts_and_lists_belong_to_a_source() -> None:
    sources = [parse_topic(each, account_source="x").source for each in ("#a", '"a b"', "@a", "list:1")]
    assert sources == ["", "", "x", "x"]


def test_several_topics_keep_phrases_whole_and_come_once() -> None:
    topics = parse_topics("#edchat, @ana “exit ticket” #edchat", account_source="x")
    assert [topic.label for topic in topics] == ["#edchat", "@ana", '"exit ticket"']


@pytest.mark.parametrize(
    "typed", ["", "edchat", "#", "#12", "@", "@a-b", "@sixteencharacter", '""', '"…"', "list:x", "#" + "a" * 101]
)
def test_what_is_no_topic_is_refused_in_plain_words(typed: str) -> None:
    with pytest.raises(Mistake) as refusal:
        parse_topic(typed, account_source="x")
    assert str(refusal.value).endswith((".", "?"))


def test_a_forgotten_sign_is_guessed() -> None:
    with pytest.raises(Mistake, match=r'Did you mean #edchat or "edchat"\?'):
        parse_topic("edchat", account_source="x")


@given(st.text())
def test_any_text_is_a_topic_or_a_mistake(typed: str) -> None:
    try:
        topic = parse_topic(typed, account_source="x")
    except Mistake:
        return
    assert parse_topic(topic.label, account_source="x").key == topic.key


@pytest.mark.parametrize(
    ("typed", "kind", "label"),
    [
        ("#EdChat", TopicKind.HASHTAG, "#EdChat"),
        ("@ana", TopicKind.ACCOUNT, "@ana"),
        ("“exit ticket”", TopicKind.PHRASE, '"exit ticket"'),
        ("exit ticket", TopicKind.WORDS, "exit ticket"),
        ("#edchat fractions", TopicKind.WORDS, "#edchat fractions"),
        ("Élèves OR from:ana -is:reply", TopicKind.WORDS, "Élèves OR from ana is reply"),
    ],
)
def test_what_is_searched_for_is_a_topic_or_words(typed: str, kind: TopicKind, label: str) -> None:
    topic = parse_search(typed, account_source="x")
    assert (topic.kind, topic.label) == (kind, label)


@pytest.mark.parametrize("typed", ["", "?!", "w " * 11, "w" * 121])
def test_what_cannot_be_searched_for_is_refused_in_plain_words(typed: str) -> None:
    with pytest.raises(Mistake, match="search"):
        parse_search(typed, account_source="x")


@given(st.text())
def test_any_text_can_be_searched_for_or_is_a_mistake(typed: str) -> None:
    try:
        topic = parse_search(typed, account_source="x")
    except Mistake:
        return
    assert topic.label
    assert parse_search(topic.label, account_source="x").key == topic.key
