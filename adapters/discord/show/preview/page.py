"""One HTML page, complete in itself: it loads nothing and runs nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from discord import ui
from jinja2 import Environment, FileSystemLoader

from adapters.discord.show.modal import modal
from adapters.discord.show.preview.markdown import parts_of
from adapters.discord.show.render import render, render_all
from adapters.discord.show.spelled import spelled
from bot.plugins import Sight
from bot.views import Form

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """`surface` is `message` or `modal`; `view` is what is sent."""

    surface: str
    view: Json


def preview(sights: Sequence[Sight]) -> str:
    """The page. It shows what would be sent, and no more than that; sights in a row with one caption are together."""
    captions = [
        (spelled(caption), [shown for sight in together for shown in _shown(sight)])
        for caption, together in groupby(sights, lambda sight: sight.caption)
    ]
    return _templates().get_template("page.html").render(captions=captions)


def _shown(sight: Sight) -> Iterator[Shown]:
    if isinstance(sight.shown, Form):
        yield Shown("modal", modal(sight.shown, "preview").to_dict())
        return
    views = render_all(sight.shown, "preview") if sight.is_private else [render(sight.shown, "preview")]
    for view in views:
        yield Shown("message", {"components": _components(view), "is_private": sight.is_private})


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
