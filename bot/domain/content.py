"""What a message should say, by reference: the outbox holds post and item ids, never their text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

Tone = Literal["heading", "plain", "hint"]
SOMEBODY = "-"
"""Stands for a person who was forgotten: no platform has such an id."""


@dataclass(frozen=True, slots=True)
class Say:
    """Our own sentence. What it quotes of other people is plain text like the rest: adapters escape all of it. `by` is
    the person id of whom it speaks first: the name is put in front when it is shown, as long as it is known.
    """

    text: str
    tone: Tone = "plain"
    by: str | None = None
    block: Literal["say"] = "say"


@dataclass(frozen=True, slots=True)
class Offer:
    """A row of buttons: label and encoded action."""

    buttons: tuple[tuple[str, str], ...]
    block: Literal["offer"] = "offer"


@dataclass(frozen=True, slots=True)
class Way:
    """A button that gives a command as if it were typed; of a list it asks for that page."""

    label: str
    command: str
    page: int = 1


@dataclass(frozen=True, slots=True)
class OfferWays:
    """A row of them, however long the commands are: the message keeps what no button can carry."""

    ways: tuple[Way, ...]
    block: Literal["ways"] = "ways"


@dataclass(frozen=True, slots=True)
class ShowLink:
    """A web address that people may go to, such as a search on the source's own page."""

    label: str
    url: str
    block: Literal["link"] = "link"


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A link that signs somebody in on the web, by its id: what it opens with is made when it is shown, and is nowhere
    kept. Only for who asked for it."""

    id: str
    block: Literal["sign_in"] = "sign_in"


@dataclass(frozen=True, slots=True)
class ShowPost:
    """A stored post, outside any digest: a preview or a search result. `amount` says how much of it is shown: all, how
    it begins, who wrote it and when, or for those who decide about a reported one, in a sentence, by whom it is and
    where to look at it. `asks` as of a DigestItem. With `saves` it comes with a button that saves it."""

    source: str
    id: str
    why: str
    number: int | None = None
    amount: Literal["all", "beginning", "author", "pointer"] = "all"
    asks: bool = False
    saves: bool = False
    block: Literal["post"] = "post"


@dataclass(frozen=True, slots=True)
class ShowItem:
    """An item of the library; where it was found by a search, `sought` is what was typed."""

    item: str
    sought: str = ""
    block: Literal["item"] = "item"


@dataclass(frozen=True, slots=True)
class ShowNotes:
    """These notes of a library item, by their ids, each with what whoever looks may do with it; who `governs` may
    remove those of others."""

    item: str
    notes: tuple[str, ...]
    governs: bool = False
    block: Literal["notes"] = "notes"


@dataclass(frozen=True, slots=True)
class ShowDigest:
    """The digest of a slot, as it stands in the store."""

    slot: str
    block: Literal["digest"] = "digest"


@dataclass(frozen=True, slots=True)
class ShowCover:
    """The head of a digest whose items are messages of their own."""

    slot: str
    block: Literal["cover"] = "cover"


@dataclass(frozen=True, slots=True)
class ShowCard:
    """One item of a digest, as a message of its own. With `alone` there is no list that its number would stand for."""

    slot: str
    number: int
    alone: bool = False
    block: Literal["card"] = "card"


@dataclass(frozen=True, slots=True)
class ShowRoundup:
    """What colleagues did with these items of the library from that day on, a week mostly; of `total` there were. What
    no longer stands there is left out."""

    items: tuple[str, ...]
    total: int
    since: date
    block: Literal["roundup"] = "roundup"


@dataclass(frozen=True, slots=True)
class ShowHome:
    """A person's own page: next digest, subscriptions, saves, what colleagues saved."""

    person: str
    block: Literal["home"] = "home"


@dataclass(frozen=True, slots=True)
class ShowFile:
    """A file for the one person who gets the message. `kind` and `value` say what is in it, as those of a
    `bot.domain.exchange.Listing`, and `format` is the value of a `Format`; of `my-data` it is `text` or `json`. `about`
    is a sentence that tells people.
    """

    kind: str
    value: str
    format: str
    about: str
    block: Literal["file"] = "file"


@dataclass(frozen=True, slots=True)
class AskForm:
    """A form to fill in. `state` comes back with what was filled in; `again` is the action that opens the form once
    more, for a button where it could not be opened in time."""

    form: str
    state: str
    again: str
    block: Literal["form"] = "form"


Part = (
    Say
    | Offer
    | OfferWays
    | ShowLink
    | SignInLink
    | ShowPost
    | ShowItem
    | ShowNotes
    | ShowDigest
    | ShowCover
    | ShowCard
    | ShowRoundup
    | ShowHome
    | ShowFile
    | AskForm
)
Block = Annotated[Part, Field(discriminator="block")]
Content = tuple[Block, ...]

_contents: TypeAdapter[Content] = TypeAdapter(Content)


def content_to_json(content: Content) -> str:
    return _contents.dump_json(content).decode()


def content_from_json(text: str) -> Content:
    return _contents.validate_json(text)


def say(*sentences: str) -> Content:
    """A message of plain sentences, a paragraph each."""
    return tuple(Say(sentence) for sentence in sentences)


def offer(*buttons: tuple[str, str]) -> Offer:
    return Offer(buttons)


def ways(*ways: Way) -> Content:
    """A row of these buttons, if there are any."""
    return (OfferWays(ways),) if ways else ()


def ways_in(content: Content) -> tuple[Way, ...]:
    """All that the message offers, in their order."""
    return tuple(way for part in content if isinstance(part, OfferWays) for way in part.ways)


def without(person: str, content: Content) -> Content:
    """The same, speaking of somebody instead of that person."""
    return tuple(
        replace(part, by=SOMEBODY) if isinstance(part, Say) and part.by == person else part for part in content
    )


def headed(heading: str, lines: Sequence[str]) -> Content:
    return (Say(heading, "heading"), *(Say(line) for line in lines))
