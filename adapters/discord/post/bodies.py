"""Messages as Discord takes them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from discord import MessageFlags, ui

from adapters.discord.message import home_mark_of, mark_of, nonce_of
from adapters.discord.show.fallback import classic_rows, plain_embeds
from adapters.discord.show.render import render, render_all
from bot.domain.harmless import cut, one_line
from bot.views import File, GoneItem, Heading, LibraryEntry, Message, PostItem

Json = dict[str, Any]

LONGEST_NAME = 100
NAMELESS = "Digest"
NOT_SHOWN = "A post that is not shown"

_NOBODY: Json = {"parse": []}


def body_of(message: Message, delivery: str, calls: str = "") -> Json:
    """Quiet, and able to call nobody but the one role that it is to call."""
    return _once(_components(render(message, delivery, calls), calls), delivery)


def bodies_of(message: Message, delivery: str) -> list[Json]:
    """The same for a long message, in as many as it needs."""
    parts = enumerate(render_all(message, delivery), start=1)
    return [_once(_components(view), delivery if number == 1 else f"{delivery}#{number}") for number, view in parts]


def plain_body_of(message: Message, delivery: str, calls: str = "") -> Json:
    """The same for a server that refuses the newer components. Its first row can be found, where it has one."""
    rows = classic_rows(message, delivery)
    if rows:
        rows[0]["id"] = mark_of(delivery)
    body: Json = {
        "content": f"<@&{calls}>" if calls else "",
        "embeds": plain_embeds(message),
        "components": rows,
        "allowed_mentions": _who_is_called(calls),
        "flags": MessageFlags(suppress_notifications=not calls).value,
    }
    return _once(body, delivery)


def body_with_files(message: Message, delivery: str) -> Json:
    """In the plain way: beside the newer components Discord would show no file by itself."""
    named = [{"id": str(number), "filename": _file_name(file)} for number, file in enumerate(message.files)]
    return {**plain_body_of(message, delivery), "attachments": named}


def edit_of(message: Message) -> Json:
    view = render(message, "")
    flags = MessageFlags(components_v2=True, suppress_embeds=True)
    return {"components": _tree(view), "flags": flags.value, "allowed_mentions": _NOBODY}


def plain_edit_of(message: Message) -> Json:
    return {"embeds": plain_embeds(message), "components": classic_rows(message, ""), "allowed_mentions": _NOBODY}


def of_the_server(body: Json, workspace: str) -> Json:
    """With what tells which server it belongs to, unseen: in a conversation with one person Discord does not say. It is
    the id of the last component, or of what stands in the only one: the first one's tells which delivery it is."""
    first, others = body["components"][:1], body["components"][1:]
    marked = others or [inner for each in first for inner in each.get("components") or []]
    if marked:
        marked[-1]["id"] = home_mark_of(workspace)
    return body


def marks_in(components: object) -> Iterator[int]:
    """The ids of components, those of others inside them too. What is strange is left out."""
    for each in components if isinstance(components, list) else ():
        if isinstance(each, Mapping):
            if isinstance(each.get("id"), int):
                yield each["id"]
            yield from marks_in(each.get("components"))


def in_a_forum(body: Json) -> Json:
    """The first message of a forum's post: Discord knows no nonce there."""
    return {name: part for name, part in body.items() if name not in {"nonce", "enforce_nonce"}}


def title_of(message: Message) -> str:
    """What a thread or a forum's post is called."""
    for block in message.blocks:
        match block:
            case Heading(text=text) if title := _named(text):
                return title
            case PostItem() if title := _named(_about(block)):
                return title
            case LibraryEntry(title=text) if title := _named(text):
                return title
    return _named(message.summary) or NAMELESS


def is_gone(message: Message) -> bool:
    """Whether all that it was about is not shown any more."""
    told = [block for block in message.blocks if isinstance(block, Heading | PostItem | LibraryEntry | GoneItem)]
    return bool(told) and all(isinstance(block, GoneItem) for block in told)


def _file_name(file: File) -> str:
    """Discord takes no other letters in a name, and would replace them itself."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", file.name)[-LONGEST_NAME:].strip("._") or "file.txt"


def _about(post: PostItem) -> str:
    gist = post.resource.title if post.resource else post.text
    return f"{post.credit.name}: {gist}" if post.credit else gist or post.unsigned


def _named(text: str) -> str:
    return cut(one_line(text), LONGEST_NAME)


def _components(view: ui.LayoutView, calls: str = "") -> Json:
    flags = MessageFlags(components_v2=True, suppress_embeds=True, suppress_notifications=not calls)
    return {"components": _tree(view), "flags": flags.value, "allowed_mentions": _who_is_called(calls)}


def _tree(view: ui.LayoutView) -> list[Json]:
    components: list[Json] = view.to_components()  # type: ignore[no-untyped-call]
    return components


def _once(body: Json, delivery: str) -> Json:
    return {**body, "nonce": nonce_of(delivery), "enforce_nonce": True}


def _who_is_called(role: str) -> Json:
    return {"parse": [], "roles": [role]} if role else _NOBODY
