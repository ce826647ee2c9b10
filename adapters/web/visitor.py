"""Who is looking at the page: the name a visitor gave, or “Guest”. A trial can play several teachers this way."""

import re
from urllib.parse import quote, unquote

from aiohttp import web

from adapters.web.errors import Refusal
from bot.domain.events import Person
from bot.domain.keys import PersonKey
from bot.domain.topic import folded, plain

WORKSPACE = "web:local"
NAME_COOKIE = "staffroom_name"
MOST_LETTERS_IN_A_NAME = 40
NOBODY_IN_PARTICULAR = "Guest"
OUR_OWN_NAME = "staffroom"


def person_named(name: str) -> Person:
    """The person of that name; spelling that differs in case, accents or punctuation is the same person."""
    name = " ".join(plain(name).split())
    slug = re.sub(r"[\W_]+", "-", folded(name)).strip("-")
    if not slug or len(name) > MOST_LETTERS_IN_A_NAME:
        raise Refusal(400, f"A name has 1 to {MOST_LETTERS_IN_A_NAME} characters, with at least one letter or digit.")
    if slug == OUR_OWN_NAME:
        raise Refusal(400, "That is Staffroom's own name. Choose one of yours.")
    return Person(PersonKey(WORKSPACE, slug), name)


def visitor(request: web.Request) -> Person:
    """The person whose name the browser remembers."""
    try:
        return person_named(unquote(request.cookies.get(NAME_COOKIE, NOBODY_IN_PARTICULAR)))
    except Refusal:
        return person_named(NOBODY_IN_PARTICULAR)


def remember(response: web.StreamResponse, person: Person, *, secure: bool) -> None:
    response.set_cookie(
        NAME_COOKIE, quote(person.name), path="/", httponly=True, samesite="Strict", max_age=31_536_000, secure=secure
    )
