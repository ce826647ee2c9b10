"""`staffroom init`: a conversation that ends in a configuration. It asks and decides; who calls it prints and writes.

interview ──▶ Answers ──▶ files: the configuration, and the secrets apart from it
"""

from bot.cli.init.answers import Answers, Place
from bot.cli.init.files import config_text, secrets_text
from bot.cli.init.interview import Interview, Known
from bot.cli.wiring import Terminal

__all__ = ["Answers", "Interview", "Known", "Place", "Terminal", "config_text", "secrets_text"]
