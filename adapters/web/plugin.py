"""How the web page presents itself to the engine. Imports neither aiohttp nor jinja2, so that `--help` stays fast."""

from adapters.web.section import WebSection
from bot.plugins import ChatPlugin, ChatTools
from bot.ports import ChatAdapter


def open_chat(section: WebSection, tools: ChatTools) -> ChatAdapter:
    from adapters.web.chat import WebChat  # noqa: PLC0415 - the page's libraries are loaded only where it is served

    return WebChat(section, tools)


plugin = ChatPlugin(name="web", section=WebSection, open=open_chat)
