"""New identifiers: random, short enough for every platform's buttons, and telling nothing."""

from secrets import token_hex


def new_id() -> str:
    return token_hex(8)
