"""Topic packs: hashtags and organisations by subject and country, in a file that a school can replace by its own."""

from bot.packs.choose import for_school
from bot.packs.read import read_packs

__all__ = ["for_school", "read_packs"]
