"""`staffroom slack manifest`: what has to be pasted into Slack's page for a new app."""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from adapters.slack.first_day.yaml import Value, to_yaml
from adapters.slack.rights import RIGHTS, Need, Right, events_of, is_optional, wanted
from bot.domain.catalogue import COMMAND
from bot.errors import Mistake
from bot.plugins import Option, PluginCommand

NAME = "Staffroom"
SHORTCUT = "save"
SHORTCUT_NAME = "Save to library"
COLOUR = "#0f6b63"
DESCRIPTION = "A short digest of teachers' posts on school mornings, and a library of what colleagues saved."
LONG_DESCRIPTION = (
    "Staffroom brings a school's learning network on X to where its staff talk. It posts one short digest on school "
    "mornings, about the hashtags and accounts that a channel asked for. A reaction or a button saves an item into the "
    "department's shared library, where it can be found again. Type /pln to begin. Staffroom only reads X and writes "
    "to nobody's account."
)
EVENTS_PATH = "/slack/events"
REDIRECT_PATH = "/slack/oauth_redirect"
SIGN_IN_PATH = "/sign-in/with/slack/back"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def manifest(rights: Sequence[Right], url: str = "", web: str = "") -> dict[str, Value]:
    """The manifest for http mode at this address, or without one for socket mode. `web` is the address where people
    sign in with Slack, where they do."""
    reads = any(right.need is Need.HISTORY for right in rights)
    return {
        "display_information": {
            "name": NAME,
            "description": DESCRIPTION,
            "background_color": COLOUR,
            "long_description": LONG_DESCRIPTION + ("" if reads else " It does not read your messages."),
        },
        "features": _features(url),
        "oauth_config": _oauth(url, web, rights),
        "settings": _settings(url, rights),
    }


def _features(url: str) -> dict[str, Value]:
    return {
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": NAME, "always_online": True},
        "shortcuts": [
            {
                "name": SHORTCUT_NAME,
                "type": "message",
                "callback_id": SHORTCUT,
                "description": "Save this message's link to the library",
            }
        ],
        "slash_commands": [
            {
                "command": COMMAND,
                **({"url": url + EVENTS_PATH} if url else {}),
                "description": "Follow topics, get a digest, find what colleagues saved",
                "usage_hint": "follow #edchat | digest preview | find fractions | help",
                "should_escape": False,
            }
        ],
    }


def _oauth(url: str, web: str, rights: Sequence[Right]) -> dict[str, Value]:
    scopes: dict[str, Value] = {"bot": [right.scope for right in rights]}
    optional = [right.scope for right in rights if is_optional(right)]
    if optional:
        scopes["bot_optional"] = optional
    if web:
        scopes["user"] = ["openid", "profile"]
    back = [*([url + REDIRECT_PATH] if url else []), *([web + SIGN_IN_PATH] if web else [])]
    return {**({"redirect_urls": list[Value](back)} if back else {}), "scopes": scopes}


def _settings(url: str, rights: Sequence[Right]) -> dict[str, Value]:
    request: dict[str, Value] = {"request_url": url + EVENTS_PATH} if url else {}
    return {
        "event_subscriptions": {**request, "bot_events": list(events_of(rights))},
        "interactivity": {"is_enabled": True, **request},
        "org_deploy_enabled": True,
        "socket_mode_enabled": not url,
        "is_hosted": False,
        "token_rotation_enabled": False,
    }


def as_yaml(parts: Mapping[str, Value], rights: Sequence[Right]) -> str:
    """With a comment that says what each right is for: those who approve the app read it there."""
    lines = ["# Staffroom's app manifest. What each right is for, and what is lost without it:", "#"]
    for right in rights:
        lines += [f"#   {right.scope}: {right.use}", f"#     Lost without it: {right.lost}"]
    return "\n".join(lines) + "\n\n" + to_yaml(parts)


def as_json(parts: Mapping[str, Value]) -> str:
    return json.dumps(parts, indent=2, ensure_ascii=False) + "\n"


# ------------------------------------------------------------------------------------------------------------- command


def _print(options: Mapping[str, str]) -> str:
    rights = wanted(history=_with_history(options["with"]), without=_without(options["without"]))
    parts = manifest(rights, _address(options["mode"], options["url"]), _web_address(options["sign-in"]))
    return (as_json(parts) if options["format"] == "json" else as_yaml(parts, rights)).rstrip("\n")


def _address(mode: str, url: str) -> str:
    if mode == "socket":
        if url:
            raise Mistake("In socket mode nothing reaches you from outside: leave --url out, or add --mode http.")
        return ""
    if not _is_ours(url):
        raise Mistake(
            "In http mode Slack has to reach you: add --url with the public address of Staffroom, such as "
            "--url https://staffroom.example.org, without a path. It is public_url of [web]."
        )
    return url.rstrip("/")


def _web_address(url: str) -> str:
    if url and not _is_ours(url):
        raise Mistake(
            "--sign-in takes the public address of Staffroom, such as --sign-in https://staffroom.example.org, without "
            "a path. It is public_url of [web]."
        )
    return url.rstrip("/")


def _is_ours(url: str) -> bool:
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    return bool(safe and parts.hostname) and not (parts.path.strip("/") or parts.query or parts.fragment)


def _with_history(text: str) -> bool:
    asked = {each.strip() for each in text.split(",") if each.strip()}
    if strange := asked - {"history"}:
        raise Mistake(f"--with {', '.join(sorted(strange))}: there is only history.")
    return bool(asked)


def _without(text: str) -> set[str]:
    asked = {each.strip() for each in text.split(",") if each.strip()}
    can_go = [right.scope for right in RIGHTS if right.need in {Need.USUAL, Need.CHOICE}]
    if strange := asked - set(can_go):
        raise Mistake(f"--without {', '.join(sorted(strange))}: only these can be left out: {', '.join(can_go)}.")
    return asked


command = PluginCommand(
    name="manifest",
    help="print the manifest of the app, to be pasted at https://api.slack.com/apps",
    act=_print,
    options=(
        Option("mode", "socket needs no public address; http is for several workspaces", "socket", ("socket", "http")),
        Option("url", "your public address, for --mode http"),
        Option("sign-in", "your public address, where people then sign in on the web with Slack"),
        Option("format", "as Slack's page takes it", "yaml", ("yaml", "json")),
        Option("with", "history: rights to read messages too, which are optional"),
        Option("without", "rights to leave out, with commas between"),
    ),
)
