"""`/pln` and what else people do, the same on every platform: an act within a transaction, and an answer."""

from bot.commands.context import Answer, Around, Asked
from bot.commands.run import ACTS, run

__all__ = ["ACTS", "Answer", "Around", "Asked", "run"]
