"""Sites where one thing has many addresses that no general rule knows: a video, a post, a shared document."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl

from bot.domain.links.address import Address

_STATUS = re.compile(r"/(?:[^/]+/){0,3}status(?:es)?/(\d{1,25})(?:/.*)?")
_VIDEO = re.compile(r"/(?:shorts|live|embed|v|e)/([\w-]{11})/?", re.ASCII)
_VIDEO_ALONE = re.compile(r"/([\w-]{11})/?", re.ASCII)
_VIDEO_ID = re.compile(r"[\w-]{11}", re.ASCII)
_DOCUMENT = re.compile(r"/(document|presentation|spreadsheets|drawings)/(?:u/\d+/)?d/([\w-]{20,})(?:/.*)?", re.ASCII)
_FILE = re.compile(r"/file/(?:u/\d+/)?d/([\w-]{20,})(?:/.*)?", re.ASCII)


def has_own_places(host: str) -> bool:
    return host in _PLACES


def own_place(address: Address) -> Address:
    known = _PLACES.get(address.host)
    return known(address) if known else address


def _post(address: Address) -> Address:
    found = _STATUS.fullmatch(address.path)
    return _at("x.com", f"/i/status/{found[1]}") if found else address


def _video(address: Address) -> Address:
    """Not when it begins, nor in which list it stands."""
    found = _VIDEO.fullmatch(address.path)
    if found:
        return _at("youtube.com", "/watch", f"v={found[1]}")
    watched = _parameter(address, "v") if address.path in {"/watch", "/watch/"} else ""
    return _at("youtube.com", "/watch", f"v={watched}") if _VIDEO_ID.fullmatch(watched) else address


def _short_video(address: Address) -> Address:
    found = _VIDEO_ALONE.fullmatch(address.path)
    return _at("youtube.com", "/watch", f"v={found[1]}") if found else address


def _document(address: Address) -> Address:
    """However it is to be opened: to read, to edit, to copy. A sheet of a spreadsheet is no page of its own."""
    found = _DOCUMENT.fullmatch(address.path)
    return _at(address.host, f"/{found[1]}/d/{found[2]}") if found else address


def _file(address: Address) -> Address:
    found = _FILE.fullmatch(address.path)
    opened = _parameter(address, "id") if address.path in {"/open", "/uc"} else ""
    number = found[1] if found else opened
    return _at(address.host, f"/file/d/{number}") if _FILE.fullmatch(f"/file/d/{number}") else address


def _parameter(address: Address, name: str) -> str:
    try:
        return dict(parse_qsl(address.query)).get(name, "")
    except ValueError:
        return ""


def _at(host: str, path: str, query: str = "") -> Address:
    return Address(host, "", path, query, "")


_PLACES: dict[str, Callable[[Address], Address]] = {
    "x.com": _post,
    "youtube.com": _video,
    "youtu.be": _short_video,
    "docs.google.com": _document,
    "drive.google.com": _file,
}
