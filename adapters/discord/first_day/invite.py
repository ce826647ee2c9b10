"""`staffroom discord invite`: the link that brings Staffroom into a server, with the least permissions."""

import base64
from collections.abc import Mapping

from adapters.discord.rights import IN_A_CHANNEL, invited_with
from adapters.discord.section import looks_like_an_id
from bot.errors import Mistake
from bot.plugins import Option, PluginCommand

SCOPES = ("bot", "applications.commands")
IN_A_SERVER = 0


def link(application: str, server: str = "") -> str:
    """With a server, that one is chosen on Discord's page already."""
    chosen = f"&guild_id={server}&disable_guild_select=true" if server else ""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application}&scope={'+'.join(SCOPES)}"
        f"&permissions={invited_with()}&integration_type={IN_A_SERVER}{chosen}"
    )


def application_of(token: str) -> str:
    """The id of the application whose bot it is, which a token begins with; empty where it does not."""
    first = token.partition(".")[0]
    try:
        id_ = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except ValueError:  # also of what is no base64, and no ASCII
        return ""
    return id_ if looks_like_an_id(id_) else ""


def permissions_in_words() -> list[str]:
    return [f"  {each.name}: {each.purpose}. Lost without it: {each.lost}" for each in IN_A_CHANNEL]


def _print(options: Mapping[str, str]) -> str:
    application = _application(options["app-id"], options["token"])
    if options["server"] and not looks_like_an_id(options["server"]):
        raise Mistake("--server takes a server's id, such as 123456789012345678.")
    return "\n".join(
        [
            "Open this link, choose the server and press Authorise. You need the permission Manage Server there.",
            "",
            link(application, options["server"]),
            "",
            "It asks for these permissions, which the server's admins may also take from it in single channels:",
            *permissions_in_words(),
        ]
    )


def _application(given: str, token: str) -> str:
    found = given.strip() or application_of(token)
    if looks_like_an_id(found):
        return found
    if given.strip():
        raise Mistake("--app-id takes the Application ID, a number, from the application's page General Information.")
    raise Mistake(
        "Which application? Add --app-id with the Application ID from its page General Information, or set token of "
        "[discord] first: the id is in it."
    )


command = PluginCommand(
    name="invite",
    help="print the link that brings Staffroom into a server, and what each permission is for",
    act=_print,
    options=(
        Option("app-id", "the Application ID, where no token is set yet"),
        Option("server", "the server's id, to have it chosen already"),
    ),
    settings=("token",),
)
