"""Which configured addresses lead outside this machine. A trial clock is only allowed where none does."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, SecretStr

from bot.config.model import Config
from bot.config.places import channel_place

NOT_PARSED = "an address that cannot be read"


def outside_addresses(config: Config) -> list[str]:
    """Place and host of every address that is not loopback; never the address itself, which may hold a password."""
    sections: dict[str, BaseModel] = {
        "staffroom": config.staffroom,
        "database": config.database,
        **{name: section for name, section in config.plugins.items() if name in config.in_use},
    }
    return [
        f"[{name}] {key}: {host}"
        for name, section in sections.items()
        for key, value in _texts(section)
        for host in _hosts(key, value)
        if not is_loopback(host)
    ] + [
        f"{place}: {host}"
        for place, link in _calendars(config)
        for host in _hosts_of_url(link)
        if not is_loopback(host)
    ]


def _calendars(config: Config) -> Iterator[tuple[str, str]]:
    """Those that are links, each with where it stands in the file."""
    found = [("[school] terms", config.school.terms), ("[school] closed", config.school.closed)]
    for number, channel in enumerate(config.channels, 1):
        found.append((channel_place(number, "terms"), channel.terms or ()))
        found.append((channel_place(number, "closed"), channel.closed or ()))
    yield from ((where, place) for where, places in found for place in places if "://" in place)


def is_loopback(host: str) -> bool:
    """Whether the host is this machine and reached without a network."""
    if host.casefold().rstrip(".") == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _texts(section: BaseModel) -> Iterator[tuple[str, str]]:
    for key in type(section).model_fields:
        value = getattr(section, key)
        if isinstance(value, BaseModel):
            yield from ((f"{key}.{inner}", text) for inner, text in _texts(value))
        for each in value if isinstance(value, list | tuple) else [value]:
            if isinstance(each, SecretStr):
                yield key, each.get_secret_value()
            elif isinstance(each, str) or (each is not None and "://" in str(each)):
                yield key, str(each)


def _hosts(key: str, text: str) -> Iterator[str]:
    if key.rpartition(".")[2] == "host":
        yield text
    elif "://" in text:
        yield from _hosts_of_url(text)


def _hosts_of_url(url: str) -> Iterator[str]:
    """A file has no host; a database may have several, and name them in the query, where a path is a local socket."""
    try:
        parts = urlsplit(url)
        named = parse_qs(parts.query) if parts.scheme.startswith("postgres") else {}
        before_path = parts.netloc.rpartition("@")[2].split(",")
        hosts = [urlsplit(f"//{each}").hostname or "" for each in before_path]
    except ValueError:
        yield NOT_PARSED
        return
    for host in ",".join([*hosts, *named.get("host", []), *named.get("hostaddr", [])]).split(","):
        if host and not host.startswith("/"):
            yield host
