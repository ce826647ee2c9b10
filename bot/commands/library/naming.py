"""title, kind, and the form for both"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.commands.context import Answer, Asked
from bot.commands.library.after_saving import numbered
from bot.commands.library.items import item_of_post, seen_item
from bot.commands.rights import require, role_here
from bot.domain.content import AskForm, say
from bot.domain.harmless import one_line
from bot.domain.library import Item
from bot.domain.people import Right
from bot.errors import Mistake
from bot.services.library.care import parse_kind, parse_title, retitle, set_kind
from bot.services.library.entry_words import kind_of
from bot.services.saying.forms import NAMING, FormState


async def title(asked: Asked, words: str) -> Answer:
    await require(asked, Right.SAVE)
    number, _, text = words.strip().partition(" ")
    item = await _numbered_item(asked, number, "title 3 Exit tickets that work")
    if not text.strip():
        raise Mistake("Say the item's number and what it is to be called, such as /pln title 3 Exit tickets that work.")
    return Answer(say(await retitle(asked.tx, asked.person, await role_here(asked), item, text, at=asked.at)))


async def kind(asked: Asked, words: str) -> Answer:
    await require(asked, Right.SAVE)
    number, _, text = words.strip().partition(" ")
    item = await _numbered_item(asked, number, "kind 3 worksheet")
    return Answer(say(await set_kind(asked.tx, asked.person, await role_here(asked), item, text, at=asked.at)))


async def _numbered_item(asked: Asked, number: str, example: str) -> str:
    """What is in the library already: naming alone saves nothing. Raises Mistake."""
    post = await numbered(asked, number, example)
    item = await item_of_post(asked, post)
    if item is None:
        meant = number.removeprefix("#")
        raise Mistake(f"Item {meant} is not in the library yet. Save it first, with /pln save {meant}.")
    return item


# ------------------------------------------------------------------------------------------------------------ the form


def as_it_is(known: Item) -> FormState:
    """What the form is opened with, so that nothing which a colleague changes meanwhile is changed back. The title of a
    post names its author, and is kept nowhere but with the post."""
    return FormState(item=known.id, title=known.title if known.is_link else "", kind=kind_of(known))


async def naming_form(asked: Asked, item: str) -> Answer:
    await require(asked, Right.SAVE)
    known = await seen_item(asked, item)
    how = say("Title and kind can be changed with /pln title 3 Exit tickets that work and /pln kind 3 worksheet.")
    return Answer(how, form=AskForm(NAMING, as_it_is(known).written(), again=""))


@dataclass(frozen=True, slots=True)
class Naming:
    """What was filled in about title and kind; empty where that is to stay as it is."""

    title: str
    kind: str


def naming_in(state: FormState, values: Mapping[str, str]) -> Naming:
    """Only what differs from what stood there. Raises Mistake for what cannot be kept."""
    title, kind = one_line(values.get("title", "")), values.get("kind", "")
    return Naming(
        parse_title(title) if title not in {"", one_line(state.title)} else "",
        parse_kind(kind) if kind not in {"", state.kind} else "",
    )


async def name(asked: Asked, item: str, said: Naming) -> str:
    """Does that, and says what became of it; empty where all stays as it is. Raises Mistake before anything is done."""
    tx, person, role, at = asked.tx, asked.person, await role_here(asked), asked.at
    told = []
    if said.title:
        told.append(await retitle(tx, person, role, item, said.title, at=at))
    if said.kind:
        told.append(await set_kind(tx, person, role, item, said.kind, at=at))
    return " ".join(told)


async def name_filled(asked: Asked, state: FormState, values: Mapping[str, str]) -> Answer:
    known = await seen_item(asked, state.item)
    return Answer(say(await name(asked, known.id, naming_in(state, values)) or "Nothing was changed."))
