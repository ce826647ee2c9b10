"""X's own part of the configuration."""

from decimal import Decimal
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, SecretStr, field_validator

from bot.plugins import Section


class XSection(Section):
    """`[x]` of the configuration. The prices are X's list prices; set them where the school's contract differs."""

    model_config = ConfigDict(hide_input_in_errors=True)

    bearer_token: SecretStr | None = Field(
        default=None, description="the app's bearer token, from X's developer console"
    )
    base_url: str = Field(default="https://api.x.com", description="where X's API is")
    oembed_url: str = Field(
        default="https://publish.x.com/oembed",
        description="X's free service for the names of authors; empty looks them up for money instead",
    )
    post_price_usd: Decimal = Field(default=Decimal("0.005"), ge=0, description="what X bills for a post it returns")
    user_price_usd: Decimal = Field(default=Decimal("0.010"), ge=0, description="what X bills for a user it returns")
    counts_price_usd: Decimal = Field(
        default=Decimal("0.005"), ge=0, description="what X bills for counting the posts of a topic"
    )
    export_text: bool = Field(
        default=False,
        description="whether files that people export have what posts say; X's terms have it taken back when it goes",
    )

    def lacks(self) -> str:
        """What a channel that reads X cannot do without."""
        if self.bearer_token:
            return ""
        return (
            "X needs the bearer token of your school's app, from X's developer console: set STAFFROOM_X__BEARER_TOKEN. "
            'With sources = ["sample"] none is needed.'
        )

    @field_validator("bearer_token")
    @classmethod
    def _one_word(cls, token: SecretStr | None) -> SecretStr | None:
        """A token that was copied with its line break works; an empty one is none."""
        text = token.get_secret_value().strip() if token else ""
        if not text.isascii() or not text.isprintable() or " " in text:
            raise ValueError("a bearer token is one word of plain letters, digits and signs")
        return SecretStr(text) if text else None

    @field_validator("base_url")
    @classmethod
    def _safe_base(cls, url: str) -> str:
        if urlsplit(_safe(url)).path.strip("/"):
            raise ValueError("only scheme, host and port are allowed here, such as https://api.x.com")
        return url

    @field_validator("oembed_url")
    @classmethod
    def _safe_oembed(cls, url: str) -> str:
        return _safe(url) if url else url


def _safe(url: str) -> str:
    """The token and what teachers read travel encrypted, except within this machine."""
    if is_safe(url):
        return url
    raise ValueError("an address here begins with https:// (http:// is allowed for this machine only)")


def is_safe(url: str) -> bool:
    """Whether what is sent there travels encrypted, or stays within this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
