"""Bookmarks as every browser reads them in: the format that Netscape began with."""

from html import escape

from bot.domain.exchange.entry import Entry, told
from bot.domain.exchange.layout import Layout
from bot.domain.links import is_web_address
from bot.domain.topic import plain

_HEAD = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<!-- Made by Staffroom. Every browser can read it in. -->
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>{title}</TITLE>
<H1>{title}</H1>
<DL><p>
"""


def netscape(title: str) -> Layout:
    """What has no address is left out."""
    return Layout(_HEAD.format(title=_escaped(title)), _written, tail="</DL><p>\n")


def _written(entry: Entry) -> str:
    if not is_web_address(entry.url):
        return ""
    saved = int(entry.saved_at.timestamp())
    tags = f' TAGS="{_escaped(",".join(entry.tags))}"' if entry.tags else ""
    said = "\n".join(map(told, entry.notes))
    note = f"    <DD>{escape(said)}\n" if said else ""
    return f'    <DT><A HREF="{escape(entry.url)}" ADD_DATE="{saved}"{tags}>{_escaped(entry.title)}</A>\n{note}'


def _escaped(text: str) -> str:
    return escape(plain(" ".join(text.split())))
