"""What Discord makes of a message or a form: the text that people read, and all that it did because of it."""

from collections.abc import Iterable, Iterator

from tests.rigs.discord_server_components import Part, parts_of
from tests.rigs.discord_server_markdown import Reading, addressed, markdown, plain
from tests.rigs.discord_server_rules import Flag
from tests.rigs.discord_server_world import Json, Message

__all__ = ["Reading", "called_in", "markdown", "read", "read_components", "read_embeds", "read_modal"]


def read(message: Message) -> Reading:
    reading = markdown(message.content) if message.content else Reading()
    links = [each for each in reading.did if each.startswith("link:")]
    if links and not message.flags & Flag.SUPPRESS_EMBEDS:
        reading.did.append("unfurl:")
    reading.add(read_embeds(message.embeds))
    reading.add(read_components(message.components))
    return reading


def called_in(message: Message) -> list[str]:
    """What would notify somebody: `user:1`, `role:1`, `everyone`. Embeds and labels never do."""
    texts = [message.content, *(each["content"] for each in parts_of(message.components) if each["type"] == Part.TEXT)]
    return [each for text in texts for each in addressed(text)]


def read_components(components: Iterable[Json]) -> Reading:
    """From the top down, as it stands on the screen."""
    reading = Reading()
    for part in _in_order(components):
        reading.add(_read_part(part))
    return reading


def read_modal(data: Json) -> Reading:
    reading = plain(data["title"])
    reading.add(read_components(data["components"]))
    return reading


def _in_order(components: Iterable[Json]) -> Iterator[Json]:
    """A label stands before what it names, a section's button after its text."""
    for part in components:
        yield part
        for name in ("component", "components", "accessory"):
            inside = part.get(name)
            if inside:
                yield from _in_order(inside if isinstance(inside, list) else [inside])


def _read_part(part: Json) -> Reading:
    reading = Reading()
    if part["type"] == Part.TEXT:
        return markdown(part["content"])
    for name in ("label", "description", "placeholder", "value"):
        if isinstance(part.get(name), str):
            reading.add(plain(part[name]))
    for option in part.get("options") or []:
        reading.add(plain(option["label"]))
        reading.add(plain(option.get("description") or ""))
    for picture in [part] if part["type"] == Part.THUMBNAIL else part.get("items") or []:
        reading.add(plain(picture.get("description") or ""))
        reading.did.append(f"picture:{picture['media']['url']}")
    if part["type"] == Part.BUTTON and part.get("url"):
        reading.did.append(f"link:{part['url']}")
    return reading


def read_embeds(embeds: Iterable[Json]) -> Reading:
    """Titles know no links, authors and footers no markdown."""
    reading = Reading()
    for embed in embeds:
        author, footer = embed.get("author") or {}, embed.get("footer") or {}
        reading.add(plain(author.get("name") or ""))
        reading.add(markdown(embed.get("title") or ""))
        reading.add(markdown(embed.get("description") or ""))
        for each in embed.get("fields") or []:
            reading.add(markdown(each["name"]))
            reading.add(markdown(each["value"]))
        reading.add(plain(footer.get("text") or ""))
        reading.did += [f"link:{each}" for each in (embed.get("url"), author.get("url")) if each]
        pictures = [embed.get("image"), embed.get("thumbnail"), {"url": author.get("icon_url")}]
        reading.did += [f"picture:{each['url']}" for each in pictures if each and each.get("url")]
    return reading
