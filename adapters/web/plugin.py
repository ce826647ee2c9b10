"""How the web page presents itself to the engine. Imports neither aiohttp nor jinja2, so that `--help` stays fast."""

from adapters.web.section import WebSection
from bot.plugins import ChatPlugin, ChatTools, Disclosure
from bot.ports import ChatAdapter


def open_chat(section: WebSection, tools: ChatTools) -> ChatAdapter:
    from adapters.web.chat import WebChat  # noqa: PLC0415 - the page's libraries are loaded only where it is served

    return WebChat(section, tools)


_OF_WHO_SIGNS_IN = (
    (
        "Of who signs in: when, when they were last seen, their role, and a digest of what their browser keeps, for 60 "
        "days at most. No address, no name of the browser."
    ),
)


def _disclose(section: WebSection) -> Disclosure:
    where = section.public_url or f"http://{section.host}:{section.port}"
    return Disclosure(
        keeps=(
            (
                f"The local page, at {where}: what people type into it, the names that they give themselves there, and "
                f"a "
                "cookie that says who they are."
            ),
            *(_OF_WHO_SIGNS_IN if section.public_url else ()),
        )
    )


plugin = ChatPlugin(
    name="web",
    section=WebSection,
    open=open_chat,
    disclose=_disclose,
    about="a page on this computer; nothing to install or to ask anybody for",
)
