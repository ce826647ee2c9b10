"""Files that a command writes where whoever types it says."""

from argparse import Namespace

from bot.cli.wiring import Wiring
from bot.errors import Mistake


def require_free(wiring: Wiring, asked: Namespace) -> None:
    """Raises Mistake where `--out` is a folder, or a file that is there, and nobody said that it may be replaced."""
    if wiring.files.is_folder(asked.out):
        raise Mistake(f"{asked.out} is a folder. Add the name of a file to it.")
    if wiring.files.is_there(asked.out) and not asked.replace:
        raise Mistake(f"{asked.out} is there already. Choose another name, or add --replace to lose what is in it.")
