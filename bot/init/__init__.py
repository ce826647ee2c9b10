"""`staffroom init`: a conversation that ends in a configuration. It asks and decides; who calls it prints and writes.

interview ──▶ Answers ──▶ files: the configuration, and the secrets apart from it
"""

from bot.init.answers import Answers, Place
from bot.init.files import config_text, secrets_text
from bot.init.interview import Interview, Known
from bot.init.talk import Terminal

__all__ = ["Answers", "Interview", "Known", "Place", "Terminal", "config_text", "secrets_text"]
