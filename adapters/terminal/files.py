"""Files that are there as a whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from bot.errors import Mistake


def is_there(file: Path) -> bool:
    return file.exists()


def is_folder(file: Path) -> bool:
    return file.is_dir()


def read_text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def read_bytes(file: Path) -> bytes:
    return file.read_bytes()


def write_private(file: Path, text: str) -> None:
    """Writes the file, readable for its owner only, in place of what was there. Raises Mistake where it cannot."""
    beginning = file.with_name(f".{file.name}.{token_hex(4)}")
    try:
        with os.fdopen(os.open(beginning, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        beginning.replace(file)
    except OSError as error:
        with suppress(OSError):
            beginning.unlink()
        raise Mistake(f"{file} cannot be written: {error.strerror}. Nothing was changed.") from None


def others_may_read(file: Path) -> bool:
    """Whether anybody else on this computer may; False where the file is not there or the system does not say."""
    try:
        return os.name == "posix" and bool(file.stat().st_mode & 0o077)
    except OSError:
        return False


def keep_old(file: Path) -> Path | None:
    """Where the file that was there has been kept; None where there was none."""
    if not file.exists():
        return None
    old = next(each for each in _names(file) if not each.exists())
    file.rename(old)
    return old


def _names(file: Path) -> list[Path]:
    return [file.with_name(f"{file.name}.old{number or ''}") for number in range(1000)]
