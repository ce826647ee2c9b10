"""How tokens are kept: encrypted with keys that are not in the database.

The first key encrypts and all of them decrypt, so a new key is put in front of the old one, which may go once
everything was read with the new one in front.
"""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import Mistake, Unauthorised

KEY_BYTES = 32
KEY_LENGTH = 44
WRONG_KEY = (
    "What is kept about a Slack workspace was encrypted with another key. Put the earlier key behind the present one "
    "in `encryption_keys` of [slack], with a comma between, or install Staffroom in that workspace again."
)


def new_key() -> str:
    """A key for `encryption_keys` of [slack]."""
    return Fernet.generate_key().decode()


@dataclass(frozen=True)
class Opened:
    """`is_outdated` where it was encrypted with another key than the first."""

    text: str
    is_outdated: bool


class Seal:
    def __init__(self, keys: str) -> None:
        """`keys` has a comma between each two. Raises Mistake where one is no key."""
        ciphers = [Fernet(each) for each in _keys(keys)]
        self._newest = ciphers[0]
        self._any = MultiFernet(ciphers)

    def close(self, text: str) -> str:
        return self._newest.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> Opened:
        """Raises Unauthorised where none of the keys fits."""
        try:
            return Opened(self._newest.decrypt(sealed).decode(), is_outdated=False)
        except InvalidToken:
            return Opened(self._open_with_any(sealed), is_outdated=True)

    def _open_with_any(self, sealed: str) -> str:
        try:
            return self._any.decrypt(sealed).decode()
        except InvalidToken:
            raise Unauthorised(WRONG_KEY) from None


def _keys(text: str) -> Sequence[str]:
    """In the alphabet that Fernet wants, so that `openssl rand -base64 32` makes a key too."""
    keys = [each.strip().replace("+", "-").replace("/", "_") for each in text.split(",") if each.strip()]
    if not keys or not all(_is_key(each) for each in keys):
        raise Mistake(
            "`encryption_keys` of [slack] has to be one key or several with a comma between, each 44 characters long. "
            "`staffroom slack key` prints a new one."
        )
    return keys


def _is_key(text: str) -> bool:
    try:
        return len(text) == KEY_LENGTH and len(urlsafe_b64decode(text)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False
