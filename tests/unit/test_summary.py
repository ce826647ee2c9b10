"""What a screen reader hears of a message where its blocks are not read."""

from dataclasses import replace

from bot.services.saying.summary import LONGEST_TEXT, in_plain_text
from bot.testing.messages import a_post, a_post_without_text
from bot.views import Button, Buttons, GoneItem, Heading, LibraryEntry, ShownNote


def test_a_post_is_a_few_sentences_with_everything_that_is_shown() -> None:
    post = replace(a_post(), saved_by="Saved by Ben and 1 colleague", label="Invented sample post")
    assert in_plain_text([post]) == (
        "1. Ana Souza (@anateaches), 2 hours ago: Exit tickets that take two minutes to mark. "
        "Link: Ten exit tickets, tickets.example. Picture: three cards on a desk. "
        "Poll: Every lesson · 60%; Once a week · 40%. Why: #edchat, has a link. In reply to @mathsbee. Reply on X. "
        "Saved by Ben and 1 colleague. Invented sample post."
    )


def test_what_is_not_known_leaves_no_trace() -> None:
    post = replace(a_post_without_text(), number=None, credit=None, resource=None, why="")
    assert in_plain_text([post]) == "A post, 2 hours ago:"


def test_a_long_post_is_cut_so_that_why_it_is_there_is_heard_too() -> None:
    (line,) = in_plain_text([a_post("A plan for every lesson of the year. " * 50)]).splitlines()
    assert len(line) < LONGEST_TEXT + 300
    assert "… Link: Ten exit tickets" in line
    assert "Why: #edchat, has a link." in line


def test_a_post_of_many_lines_is_one_line() -> None:
    assert len(in_plain_text([a_post("One\n\nTwo\nThree")]).splitlines()) == 1


def test_headings_items_and_what_is_gone_end_where_a_voice_should_pause() -> None:
    entry = LibraryEntry("i-1", "Ten tickets", "https://t.example", "t.example", "24 November 2026", "Saved by Ana")
    entry = replace(entry, tags="Tags: year 9", noted=(ShownNote("Ben", "Worked **well**"),))
    blocks = (Heading("Tuesday 24 November · 2 posts"), GoneItem(2, "no longer available"), entry)
    assert in_plain_text([*blocks, Buttons((Button("Find", "run/find"),))]).splitlines() == [
        "Tuesday 24 November, 2 posts",
        "2. no longer available.",
        "Ten tickets. t.example. Saved by Ana. Tags: year 9.",
        "Ben: Worked well",
    ]
