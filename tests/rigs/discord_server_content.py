"""What may stand in a message of a loopback Discord: text, embeds, flags; its components are in `_components`."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.rigs.discord_server_components import check_components
from tests.rigs.discord_server_rules import Flag, Refused, invalid
from tests.rigs.discord_server_world import Json, SentFile

MOST_TEXT = 2_000
MOST_BYTES = 10 * 1024 * 1024
MAY_BE_SET = Flag.SUPPRESS_EMBEDS | Flag.SUPPRESS_NOTIFICATIONS | Flag.COMPONENTS_V2
LEGACY = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
EMBED_TEXTS = {"title": 256, "description": 4_096}


@dataclass
class Content:
    """`components` carry the ids that Discord gives to those without one."""

    text: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    flags: int = 0
    files: list[tuple[str, bytes]] = field(default_factory=list)


def check_content(body: Json, files: list[SentFile]) -> Content:
    """Raises Refused, the way Discord says it."""
    flags = int(body.get("flags") or 0)
    text, embeds = str(body.get("content") or ""), list(body.get("embeds") or [])
    attached = [*(body.get("attachments") or [])]
    _check_nonce(body)
    _check_files(files, attached)
    if flags & Flag.COMPONENTS_V2:
        for name in ("content", "embeds", "poll", "sticker_ids"):
            if body.get(name):
                words = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                raise invalid(name, LEGACY, words)
    if len(text) > MOST_TEXT:
        raise invalid("content", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_TEXT} or fewer in length.")
    _check_embeds(embeds)
    components = check_components(body.get("components") or [], is_v2=bool(flags & Flag.COMPONENTS_V2))
    if not (text.strip() or embeds or components or attached or files):
        raise Refused(400, 50006, "Cannot send an empty message")
    named = attached or [{"id": str(number), "filename": file.name} for number, file in enumerate(files)]
    sent = [(_name_of(file, named), file.contents) for file in files]
    shown = [_file(each) for each in named]
    return Content(text, [_rich(each) for each in embeds], components, shown, flags, sent)


def check_flags(body: Json) -> None:
    """Of a message that no interaction asks for."""
    if int(body.get("flags") or 0) & ~MAY_BE_SET:
        raise invalid("flags", "BASE_TYPE_CHOICES", "This flag cannot be set here.")


def _check_files(files: list[SentFile], attached: list[Json]) -> None:
    """Those of one message together may be 10 MiB; each has to be one that the message names, if it names any."""
    if sum(len(each.contents) for each in files) > MOST_BYTES:
        raise Refused(413, 40005, "Request entity too large")
    if attached and any(not _entry_of(each, attached) for each in files):
        raise invalid("attachments", "ATTACHMENT_NOT_FOUND", "The attachments do not name the files.")


def _entry_of(file: SentFile, attached: list[Json]) -> Json:
    return next((each for each in attached if file.field == f"files[{each.get('id')}]"), {})


def _name_of(file: SentFile, named: list[Json]) -> str:
    """Other letters than these are replaced."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", str(_entry_of(file, named).get("filename") or file.name))


def _check_nonce(body: Json) -> None:
    if len(str(body.get("nonce") or "")) > 25:
        raise invalid("nonce", "NONCE_TYPE_TOO_LONG", "Must be 25 or fewer in length.")


def _check_embeds(embeds: list[Json]) -> None:
    if len(embeds) > 10:
        raise invalid("embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    for number, embed in enumerate(embeds):
        _check_embed(f"embeds.{number}", embed)
    if sum(_length(each) for each in embeds) > 6_000:
        raise invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def _check_embed(path: str, embed: Json) -> None:
    for name, most in EMBED_TEXTS.items():
        _check_length(f"{path}.{name}", embed.get(name), most)
    _check_length(f"{path}.footer.text", (embed.get("footer") or {}).get("text"), 2_048)
    _check_length(f"{path}.author.name", (embed.get("author") or {}).get("name"), 256)
    fields = embed.get("fields") or []
    _check_length(f"{path}.fields", fields, 25)
    for number, each in enumerate(fields):
        _check_length(f"{path}.fields.{number}.name", each.get("name"), 256)
        _check_length(f"{path}.fields.{number}.value", each.get("value"), 1_024)
        if not each.get("name") or not each.get("value"):
            raise invalid(f"{path}.fields.{number}", "BASE_TYPE_REQUIRED", "This field is required")
    address = embed.get("url")
    if address and not str(address).startswith(("http://", "https://")):
        words = (
            f"Scheme \"{str(address).partition(':')[0]}\" is not supported. Scheme must be one of ('http', 'https')."
        )
        raise invalid(f"{path}.url", "URL_TYPE_INVALID_SCHEME", words)


def _check_length(path: str, value: Any, most: int) -> None:
    if value and len(value) > most:
        raise invalid(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")


def _length(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    texts += [each.get(name) for each in embed.get("fields") or [] for name in ("name", "value")]
    return sum(len(each or "") for each in texts)


def _rich(embed: Json) -> Json:
    return {"type": "rich", **embed}


def _file(named: Json) -> Json:
    address = f"https://cdn.example/{named.get('filename')}"
    return {"size": 1, "url": address, "proxy_url": address, **named, "id": str(named.get("id"))}
