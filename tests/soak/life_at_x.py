"""What is written at the loopback X, and what becomes of it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.rigs.x_parts import page, post, user
from tests.rigs.x_server import XServer
from tests.rigs.x_server_api import EPOCH_OF_IDS
from tests.rigs.x_server_world import written_at

TAGS = ("edchat", "mathchat", "scichat", "quietchat", "artchat", "busychat", "langchat", "pechat")
OPENINGS = ("A lesson plan on", "Teachers, how do you begin", "A free resource for", "My pupils loved", "Notes on")
SUBJECTS = (
    *("fractions", "poetry", "volcanoes", "the Romans", "photosynthesis", "map reading", "magnets", "perspective"),
    *("rhythm", "food chains", "the water cycle", "persuasive letters", "long division", "the Tudors", "circuits"),
)
EXTRAS = (
    *("seating plans", "group work", "quiet corners", "exit tickets", "peer feedback", "mini whiteboards", "retrieval"),
    *("revision cards", "spelling games", "outdoor lessons", "marking codes", "reading journals", "drama", "quizzes"),
)
AUTHORS = 40


def world(random: Random, start: datetime, days: int) -> dict[str, Any]:
    """Everything that will be written, from a week before the first day on."""
    posts: list[dict[str, Any]] = []
    for tag in TAGS:
        a_day = random.choice((0, 1, 3, 8, 25, 60))
        for day in range(-7, days):
            for _ in range(random.randint(a_day // 2, a_day)):
                at = start + timedelta(days=day, seconds=random.randrange(86_400))
                posts.append(_post(random, tag, at, len(posts)))
    users = [user(500 + number, f"teacher{number}", f"Teacher {number}") for number in range(AUTHORS)]
    return page(posts, users=users)


def _post(random: Random, tag: str, at: datetime, number: int) -> dict[str, Any]:
    made = int(at.timestamp() * 1000) - EPOCH_OF_IDS
    beside = random.choice(("", "", "", f" #{random.choice(TAGS)}"))
    likes = int(random.paretovariate(1.1)) - 1
    extras = " and ".join(random.sample(EXTRAS, 2))
    link = random.choice(("", f" https://t.co/a{number}"))
    text = f"{random.choice(OPENINGS)} {random.choice(SUBJECTS)} with {extras}{link} #{tag}{beside}"
    counts = {"like_count": likes, "retweet_count": likes // 3, "reply_count": likes // 5, "quote_count": 0}
    author = str(500 + random.randrange(AUTHORS))
    return post((made << 22) + number % 4096, text, at, author_id=author, public_metrics=counts, lang="en")


def written_lately(server: XServer, now: datetime) -> list[str]:
    """The ids of what was written in the last days."""
    return [id_ for id_, each in server.world.posts.items() if now - timedelta(days=4) < written_at(each) < now]


def something_happens(random: Random, server: XServer, now: datetime) -> None:
    """A post vanishes in one of the ways that posts vanish, or is edited."""
    posts = written_lately(server, now)
    if posts:
        random.choice(_EVENTS)(server, random.choice(posts))


def _close(server: XServer, post_id: str) -> None:
    """Nobody is closed twice, for another reason."""
    author = server.world.posts[post_id]["author_id"]
    if author not in server.world.closed:
        server.world.close(author, "protected" if int(post_id) % 2 else "suspended")


_EVENTS: Sequence[Callable[[XServer, str], object]] = (
    lambda server, post_id: server.world.delete(post_id),
    lambda server, post_id: server.world.delete(post_id),
    lambda server, post_id: server.world.withhold(post_id, "DE"),
    lambda server, post_id: server.world.edit(post_id, server.world.posts[post_id]["text"] + " (corrected)"),
    _close,
)
