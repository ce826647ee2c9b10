"""How the notice board presents itself to Staffroom."""

from pydantic import SecretStr

from bot.plugins import ChatPlugin, ChatTools, Section
from bot.ports import ChatAdapter


class BulletinSection(Section):
    """`webhook` is the secret address to post to; `boards` are those that it serves."""

    webhook: SecretStr
    boards: tuple[str, ...]


def open_chat(section: BulletinSection, tools: ChatTools) -> ChatAdapter:
    from .chat import BulletinChat  # noqa: PLC0415 - only where it is used

    return BulletinChat(section.webhook.get_secret_value(), section.boards, tools.clock)


plugin = ChatPlugin(name="bulletin", section=BulletinSection, open=open_chat)
