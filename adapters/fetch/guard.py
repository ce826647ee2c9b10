"""Which addresses may be asked.

Links come from a configuration and from strangers' posts, and the machine that Staffroom runs on may see what nobody
else sees: a router, a printer, the provider's own keys. So every address is looked at after its name was resolved, and
the connection goes to exactly the address that was looked at.
"""

import socket
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.errors import Rejected

PORTS = {80, 443}
NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV

GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that was ever given out. Addresses that hold an IPv4 address (mapped, NAT64) lie outside, but for two."""
HOLDS_IPV4 = (IPv6Network("2001::/23"), IPv6Network("2002::/16"))
NOT_FOR_ALL = (
    IPv4Network("168.63.129.16/32"),  # Azure's own services
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("2001:db8::/32"),
    IPv6Network("3fff::/20"),
)


class Reach(Enum):
    """A trial on one machine reaches nobody else; everybody else reaches nothing on this machine."""

    PUBLIC = "public"
    THIS_MACHINE = "this machine"

    def allows(self, address: str) -> bool:
        try:
            number = ip_address(address)
        except ValueError:
            return False
        return number.is_loopback if self is Reach.THIS_MACHINE else _is_public(number)

    def allows_port(self, port: int | None) -> bool:
        return port in PORTS or self is Reach.THIS_MACHINE


def _is_public(number: IPv4Address | IPv6Address) -> bool:
    if isinstance(number, IPv6Address) and (number not in GLOBAL_UNICAST or _is_in(number, HOLDS_IPV4)):
        return False
    return number.is_global and not number.is_multicast and not number.is_reserved and not _is_in(number, NOT_FOR_ALL)


def _is_in(number: IPv4Address | IPv6Address, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    return any(number in each for each in networks)


def checked(link: str | URL, reach: Reach) -> URL:
    """The address, if it may be asked as far as can be seen without resolving its name. Raises Rejected."""
    try:
        address = URL(link)
        port = address.port
    except (ValueError, TypeError):
        raise Rejected("This is no web address. Check the link.") from None
    if address.scheme not in {"http", "https"} or not address.host:
        raise Rejected("Only links that begin with https:// or http:// are read. Check the link.")
    if address.user or address.password:
        raise Rejected(f"The link to {address.host} has a name or a password in it. Use one without.")
    if not reach.allows_port(port):
        raise Rejected(f"The link to {address.host} names port {port}. Use one without a port.")
    if _is_number(address.host) and not reach.allows(address.host):
        raise Rejected(_not_allowed(address.host, reach))
    return address


def _is_number(host: str) -> bool:
    """Numbers are connected to without being resolved, in old spellings too: 127.1, 017700000001."""
    return ":" in host or host.replace(".", "").isdigit()


def _not_allowed(host: str, reach: Reach) -> str:
    if reach is Reach.THIS_MACHINE:
        return f"{host} is not this machine, and nothing else is reached in a trial."
    return f"{host} is not open to everybody on the internet. Use a public link, or a file beside the configuration."


class NamesOfThisMachine(AbstractResolver):
    """Asks nobody: even the question where a name is would leave the machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        if host.casefold() != "localhost" or family not in {socket.AF_UNSPEC, socket.AF_INET}:
            raise Rejected(_not_allowed(host, Reach.THIS_MACHINE))
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=NUMERIC)
        ]

    async def close(self) -> None:
        pass


class CheckedResolver(AbstractResolver):
    """Resolves names to addresses that may be asked. One address that may not is enough to refuse the name."""

    def __init__(self, resolver: AbstractResolver, reach: Reach) -> None:
        self._resolver = resolver
        self._reach = reach

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Raises Rejected, and OSError where the name is not known."""
        found = await self._resolver.resolve(host, port, family)
        if not all(self._reach.allows(each["host"]) for each in found):
            raise Rejected(_not_allowed(host, self._reach))
        return found

    async def close(self) -> None:
        await self._resolver.close()
