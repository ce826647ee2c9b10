"""Who is looking at a page: somebody who signed in, or who sits at this computer under the name they gave, “Guest”
without one. A trial can play several teachers this way."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from aiohttp import web

from adapters.web.errors import Refusal
from bot.domain.events import Person
from bot.domain.keys import PersonKey
from bot.domain.people import Role
from bot.domain.topic import folded, plain

WORKSPACE = "web:local"
NAME_COOKIE = "staffroom_name"
MOST_LETTERS_IN_A_NAME = 40
NOBODY_IN_PARTICULAR = "Guest"
OUR_OWN_NAME = "staffroom"
THIS_COMPUTER = "This computer"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may see pages, and what they may do. Their workspace is the only one that a page of theirs shows.
    With `is_local` they are at this computer, without sign-in. Every form of a page carries `csrf`."""

    person: Person
    role: Role
    workspace_name: str
    is_local: bool
    csrf: str

    @property
    def key(self) -> PersonKey:
        return self.person.key

    @property
    def name(self) -> str:
        return self.person.name


VISITOR = web.RequestKey("visitor", Visitor)


def person_named(name: str) -> Person:
    """The person of that name; spelling that differs in case, accents or punctuation is the same person."""
    name = " ".join(plain(name).split())
    slug = re.sub(r"[\W_]+", "-", folded(name)).strip("-")
    if not slug or len(name) > MOST_LETTERS_IN_A_NAME:
        raise Refusal(400, f"A name has 1 to {MOST_LETTERS_IN_A_NAME} characters, with at least one letter or digit.")
    if slug == OUR_OWN_NAME:
        raise Refusal(400, "That is Staffroom's own name. Choose one of yours.")
    return Person(PersonKey(WORKSPACE, slug), name)


def visitor(request: web.Request) -> Visitor:
    """Whom the guard let in. Only where it did: pages for everybody have none."""
    return request[VISITOR]


def local_person(request: web.Request) -> Person:
    """The person whose name the browser remembers."""
    try:
        return person_named(unquote(request.cookies.get(NAME_COOKIE, NOBODY_IN_PARTICULAR)))
    except Refusal:
        return person_named(NOBODY_IN_PARTICULAR)


def remember(response: web.StreamResponse, person: Person, *, secure: bool) -> None:
    response.set_cookie(
        NAME_COOKIE, quote(person.name), path="/", httponly=True, samesite="Strict", max_age=31_536_000, secure=secure
    )
