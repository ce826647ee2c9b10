"""The page's own part of the configuration."""

from urllib.parse import urlsplit

from pydantic import Field, field_validator

from bot.plugins import Section


class WebSection(Section):
    """`[web]`: where the page is served. Port 0 is any free port; `public_url` is how others reach it, if they do."""

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8321, ge=0, le=65535)
    public_url: str = ""

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        parts = urlsplit(address)
        if address and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/")):
            raise ValueError("write it like https://staffroom.example.org, without a path")
        return address.rstrip("/")
