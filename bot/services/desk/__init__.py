"""What the pages of the library ask of the engine."""

from bot.services.desk.desk import EngineDesk

__all__ = ["EngineDesk"]
