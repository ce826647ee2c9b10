"""What the pages of the library ask of the engine."""

from bot.services.web.desk.desk import EngineDesk

__all__ = ["EngineDesk"]
