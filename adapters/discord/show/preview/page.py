"""One HTML page, complete in itself: it loads nothing and runs nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from discord import ui
from jinja2 import Environment, FileSystemLoader

from adapters.discord.post.bodies import title_of
from adapters.discord.show.modal import modal
from adapters.discord.show.preview.markdown import parts_of
from adapters.discord.show.render import render, render_all
from adapters.discord.show.spelled import spelled
from bot.plugins import Sight
from bot.views import Form, Message

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """`surface` is `message` or `modal`; `view` is what is sent. `thread` is the name of the thread that begins with
    it, `post` what it is called as a post of a forum. `files` are the names of those that come with it."""

    surface: str
    view: Json
    is_below: bool = False
    thread: str = ""
    post: str = ""
    files: tuple[str, ...] = ()


def preview(sights: Sequence[Sight]) -> str:
    """The page. It shows what would be sent, and no more than that; sights in a row with one caption are together."""
    captions = [
        (spelled(caption), list(_in_threads(list(together))))
        for caption, together in groupby(sights, lambda sight: sight.caption)
    ]
    captions += _in_forums(sights)
    return _templates().get_template("page.html").render(captions=captions)


def _in_threads(sights: Sequence[Sight]) -> Iterator[Shown]:
    """A thread is called like the message that it hangs from."""
    for before, sight in zip([None, *sights], sights, strict=False):
        begins = before and sight.is_below and not before.is_below
        thread = title_of(before.shown) if before and begins and isinstance(before.shown, Message) else ""
        for shown in _shown(sight):
            yield replace(shown, is_below=sight.is_below, thread=thread)


def _in_forums(sights: Sequence[Sight]) -> list[tuple[str, list[Shown]]]:
    """What comes as a message with others below it would be in a forum, where each is a post."""
    afterwards = [*sights[1:], None]
    digests = [
        sight for sight, after in zip(sights, afterwards, strict=True) if sight.is_below or (after and after.is_below)
    ]
    posts = [
        replace(shown, post=title_of(sight.shown))
        for sight in digests
        if isinstance(sight.shown, Message)
        for shown in _shown(sight)
    ]
    return [("The same in a forum: each card is a post", posts)] if posts else []


def _shown(sight: Sight) -> Iterator[Shown]:
    if isinstance(sight.shown, Form):
        yield Shown("modal", modal(sight.shown, "preview").to_dict())
        return
    views = render_all(sight.shown, "preview") if sight.is_private else [render(sight.shown, "preview")]
    files = tuple(file.name for file in sight.shown.files)
    for number, view in enumerate(views, start=1):
        shown = {"components": _components(view), "is_private": sight.is_private}
        yield Shown("message", shown, files=files if number == len(views) else ())


def _components(view: ui.LayoutView) -> list[Json]:
    components: list[Json] = view.to_components()  # type: ignore[no-untyped-call]
    return components


def _web_address(url: str) -> str:
    """Once more, though what was rendered holds no other."""
    return url if url.startswith(("https://", "http://")) else ""


def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(parts=parts_of, web_address=_web_address)
    return templates
