"""Discord's own part of the configuration."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, field_validator, model_validator

from bot.plugins import Section

DISCORD = "https://discord.com/api/v10"
VERSION = "/api/v10"
HOW_TO_COPY_A_CHANNEL = "In Discord, right-click the channel, Copy Link: the number at the link's end is its id."

_ID = re.compile(r"[0-9]{15,20}", re.ASCII)


def looks_like_an_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def _as_text(value: object) -> object:
    """Ids are numbers, and written as such as well."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _server(text: str) -> str:
    if not looks_like_an_id(text):
        raise ValueError(
            "servers go by their ids, such as 123456789012345678. In Discord, right-click a channel of the server, "
            "Copy Link: the first number in the link is the server's id"
        )
    return text


Server = Annotated[str, AfterValidator(_server), BeforeValidator(_as_text)]


class DiscordSection(Section):
    """`[discord]`: how Staffroom connects. With `only_in`, ids of servers, it leaves all others that it is invited to.
    With `client_secret` people sign in with Discord on the web. `shards` of 0 lets Discord say how many there have to
    be; `shard_ids` are those that this process holds, all of them where it is empty."""

    token: SecretStr = SecretStr("")
    client_secret: SecretStr = SecretStr("")
    only_in: list[Server] = Field(default_factory=list)
    shards: int = Field(default=0, ge=0)
    shard_ids: list[int] = Field(default_factory=list)
    api_url: str = DISCORD
    gateway_url: str = ""

    @field_validator("token")
    @classmethod
    def _is_a_word(cls, token: SecretStr) -> SecretStr:
        if not is_one_word(token.get_secret_value()):
            raise ValueError("a token is one word, without “Bot” before it. Copy it anew from the page Bot")
        return token

    @field_validator("api_url")
    @classmethod
    def _is_the_api(cls, address: str) -> str:
        """With or without `/api/v10` at its end."""
        if not _is_address(address, "https", "http"):
            raise ValueError(f"write the whole address, such as {DISCORD}")
        return address.rstrip("/").removesuffix(VERSION).removesuffix("/api") + VERSION

    @field_validator("gateway_url")
    @classmethod
    def _is_the_gateway(cls, address: str) -> str:
        if address and not _is_address(address, "wss", "ws"):
            raise ValueError("write the whole address, which begins with wss://, or leave it empty")
        return address

    @model_validator(mode="after")
    def _has_those_shards(self) -> "DiscordSection":
        if self.shard_ids and not self.shards:
            raise ValueError("shard_ids are some of several: say with shards how many there are")
        wrong = [each for each in self.shard_ids if not 0 <= each < self.shards]
        if wrong:
            raise ValueError(f"shard_ids go from 0 to one less than shards, and {wrong[0]} does not")
        if len(set(self.shard_ids)) < len(self.shard_ids):
            raise ValueError("shard_ids names one of them twice")
        return self

    def lacks(self) -> str:
        if self.token.get_secret_value():
            return ""
        return "[discord] lacks token. docs/discord.md says where it is found, and staffroom init asks for it."

    @classmethod
    def refuses(cls, channel: str) -> str:
        if looks_like_an_id(channel):
            return ""
        return f"channels of Discord go by their ids, such as 123456789012345678. {HOW_TO_COPY_A_CHANNEL}"


def is_one_word(token: str) -> bool:
    return token.isascii() and token.isprintable() and " " not in token


def _is_address(text: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
