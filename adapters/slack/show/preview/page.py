"""One HTML page, complete in itself: it loads nothing and runs nothing."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from adapters.slack.show.home import home
from adapters.slack.show.modal import modal
from adapters.slack.show.render import render
from adapters.slack.show.rich import Json
from bot.plugins import Sight
from bot.views import Form

_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")


@dataclass(frozen=True, slots=True)
class Shown:
    """`surface` is `message`, `modal` or `home`; `view` is what is sent, `text` what stands for a message. `files` are
    the names of those that come with it."""

    surface: str
    view: Json
    text: str = ""
    files: tuple[str, ...] = ()


def preview(sights: Sequence[Sight]) -> str:
    """The page. It shows what would be sent, and no more than that; sights in a row with one caption are together."""
    captions = [
        (caption, [shown(sight) for sight in together]) for caption, together in groupby(sights, attrgetter("caption"))
    ]
    return _templates().get_template("page.html").render(captions=captions)


def shown(sight: Sight) -> Shown:
    if isinstance(sight.shown, Form):
        return Shown("modal", modal(sight.shown, "preview"))
    if sight.is_home:
        return Shown("home", home(sight.shown))
    rendered = render(sight.shown)
    files = tuple(file.name for file in sight.shown.files)
    return Shown("message", {"blocks": rendered.blocks}, html.unescape(rendered.text), files)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of Slack's markup: a link where it has an address."""

    text: str
    address: str = ""


def runs_of(markup: str) -> list[Run]:
    """Slack's markup as far as we write it: links. The rest is text as it stands."""
    runs, at = [], 0
    for link in _LINK.finditer(markup):
        runs += [Run(html.unescape(markup[at : link.start()])), Run(html.unescape(link[2]), html.unescape(link[1]))]
        at = link.end()
    return [run for run in [*runs, Run(html.unescape(markup[at:]))] if run.text]


def web_address(url: str) -> str:
    """Once more, though what was rendered holds no other."""
    return url if url.startswith(("https://", "http://")) else ""


def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(runs=runs_of, web_address=web_address)
    return templates
