"""What Slack reports, as events of ours. Pure: the same payload makes the same event."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.slack import message as slack_message
from adapters.slack.errors import INVITE
from adapters.slack.message import moment_of, plain, reference
from adapters.slack.show.emoji import emoji_of
from adapters.slack.show.modal import filled
from bot.domain.events import (
    ButtonPressed,
    Change,
    ChannelChanged,
    CommandGiven,
    Event,
    FormSent,
    Happening,
    HomeOpened,
    MessageChosen,
    Person,
    ReactionAdded,
    ReactionRemoved,
    ReplyHandle,
    WorkspaceLeft,
)
from bot.domain.keys import ChannelKey, PersonKey

ANSWERS_FOR = timedelta(minutes=30)
FORMS_FOR = timedelta(seconds=3)

LEFT = "Somebody took Staffroom out of the Slack workspace. Nothing is sent there until it is installed again."
REVOKED = "Slack no longer accepts Staffroom's token for the workspace. Install the app there again."

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where and when a payload came in. `bot_user` are we."""

    workspace: str
    bot_user: str
    at: datetime

    def channel(self, channel: str, person: str = "") -> ChannelKey:
        """The conversation with one person goes by that person's id."""
        return ChannelKey(self.workspace, person if channel.startswith("D") and person else channel)

    def person(self, person: str, name: object = "") -> Person:
        return Person(PersonKey(self.workspace, person), str(name or ""))

    def reply(self, payload: Payload, channel: str, person: str) -> ReplyHandle:
        trigger, url = payload.get("trigger_id"), payload.get("response_url")
        parts = {
            "workspace": self.workspace,
            "channel": channel,
            "user": person,
            "url": url,
            "trigger": trigger,
        }
        value = json.dumps({name: part for name, part in parts.items() if part})
        return ReplyHandle(value, self.at + ANSWERS_FOR, self.at + FORMS_FOR if trigger else None)


def event_of(payload: Payload, arrival: Arrival) -> Event | None:
    """None for what does not matter to us."""
    if "command" in payload:
        return Event(arrival.workspace, f"command:{payload['trigger_id']}", _command(payload, arrival))
    if payload.get("type") == "event_callback":
        return _from_events_api(payload, arrival)
    make = _INTERACTIONS.get(str(payload.get("type")))
    return make(payload, arrival) if make else None


def _command(payload: Payload, arrival: Arrival) -> CommandGiven:
    person, channel = payload["user_id"], payload["channel_id"]
    return CommandGiven(
        arrival.person(person, payload.get("user_name")),
        arrival.channel(channel, person),
        f"{payload['command']} {plain(payload.get('text') or '')}".strip(),
        arrival.reply(payload, channel, person),
    )


# -------------------------------------------------------------------------------------------------------- interactions


def _button(payload: Payload, arrival: Arrival) -> Event | None:
    action = payload["actions"][0]
    meaning = action.get("value") or (action.get("selected_option") or {}).get("value")
    if not meaning:
        return None
    user, container = payload["user"], payload.get("container") or {}
    channel = (payload.get("channel") or {}).get("id") or container.get("channel_id") or user["id"]
    ts = container.get("message_ts") or (payload.get("message") or {}).get("ts") or ""
    pressed = ButtonPressed(
        arrival.person(user["id"], _name(user)),
        arrival.channel(channel, user["id"]),
        reference(channel, ts) if ts else "",
        meaning,
        arrival.reply(payload, channel, user["id"]),
    )
    key = f"action:{payload['trigger_id']}:{action.get('action_ts', '')}"
    return Event(arrival.workspace, key, pressed, moment_of(action.get("action_ts")))


def _form(payload: Payload, arrival: Arrival) -> Event:
    view, user = payload["view"], payload["user"]
    answers = filled(view)
    channel = answers.channel or user["id"]
    sent = FormSent(
        arrival.person(user["id"], _name(user)),
        arrival.channel(channel, user["id"]),
        answers.form,
        answers.state,
        answers.values,
        arrival.reply(payload, channel, user["id"]),
    )
    return Event(arrival.workspace, f"view:{view['id']}:{view.get('hash', '')}", sent)


def _chosen(payload: Payload, arrival: Arrival) -> Event:
    user, channel, chosen = payload["user"], payload["channel"]["id"], payload["message"]
    ts = payload.get("message_ts") or chosen["ts"]
    happening = MessageChosen(
        arrival.person(user["id"], _name(user)),
        arrival.channel(channel, user["id"]),
        reference(channel, ts),
        slack_message.links_of(chosen),
        f"https://{_site(payload)}/archives/{channel}/p{ts.replace('.', '')}",
        slack_message.beginning_of(chosen),
        arrival.reply(payload, channel, user["id"]),
    )
    at = moment_of(payload.get("action_ts"))
    return Event(arrival.workspace, f"message:{payload['trigger_id']}", happening, at)


def _site(payload: Payload) -> str:
    """In an app of a whole organisation Slack does not always say which workspace it was."""
    domain = str((payload.get("team") or {}).get("domain") or "")
    return f"{domain}.slack.com" if re.fullmatch("[A-Za-z0-9-]{1,80}", domain) else "slack.com"


_INTERACTIONS: dict[str, Callable[[Payload, Arrival], Event | None]] = {
    "block_actions": _button,
    "view_submission": _form,
    "message_action": _chosen,
}


def _name(user: Payload) -> str:
    return str(user.get("name") or user.get("username") or "")


# ---------------------------------------------------------------------------------------------------------- events API


def _from_events_api(payload: Payload, arrival: Arrival) -> Event | None:
    event: Payload = payload["event"]
    make = _EVENTS.get(event.get("type", ""))
    happening = make(event, arrival) if make else None
    if happening is None:
        return None
    key = _key_of_leaving(event) if event["type"] in _LEAVING else f"event:{payload['event_id']}"
    return Event(arrival.workspace, key, happening, moment_of(event.get("event_ts")))


def _key_of_leaving(event: Payload) -> str:
    """Slack says it twice, in two kinds of events, when we are taken out of a channel."""
    return f"left:{event['channel']}:{str(event.get('event_ts')).partition('.')[0]}"


def _reaction(event: Payload, arrival: Arrival) -> Happening | None:
    """Of a person on a message; files can be reacted to as well."""
    item, person = event["item"], event.get("user")
    if item.get("type") != "message" or not person or person == arrival.bot_user:
        return None
    make = ReactionAdded if event["type"] == "reaction_added" else ReactionRemoved
    return make(
        arrival.person(person),
        arrival.channel(item["channel"], person),
        reference(item["channel"], item["ts"]),
        emoji_of(event["reaction"]),
    )


def _home(event: Payload, arrival: Arrival) -> Happening | None:
    if event.get("tab") != "home":
        return None
    return HomeOpened(arrival.person(event["user"]), ChannelKey(arrival.workspace, event["user"]))


def _membership(event: Payload, arrival: Arrival) -> Happening | None:
    """Ours; who else comes and goes is not our business."""
    if event.get("user") != arrival.bot_user:
        return None
    change = Change.JOINED if event["type"] == "member_joined_channel" else Change.LEFT
    return _changed(change, event["channel"], event.get("inviter"), arrival)


def _channel_event(change: Change) -> Callable[[Payload, Arrival], Happening | None]:
    def make(event: Payload, arrival: Arrival) -> Happening:
        channel = event["channel"]
        who = event.get("actor_id") or event.get("user")
        if isinstance(channel, dict):
            return _changed(change, channel["id"], who, arrival, str(channel.get("name") or ""))
        return _changed(change, channel, who, arrival)

    return make


def _changed(change: Change, channel: str, who: object, arrival: Arrival, name: str = "") -> ChannelChanged:
    person = arrival.person(who) if isinstance(who, str) and who else None
    remedy = INVITE if change is Change.LEFT else ""
    return ChannelChanged(ChannelKey(arrival.workspace, channel), change, name, person, remedy)


def _uninstalled(_event: Payload, _arrival: Arrival) -> Happening:
    return WorkspaceLeft(LEFT)


def _revoked(event: Payload, _arrival: Arrival) -> Happening | None:
    """A person's own token is none that we use."""
    return WorkspaceLeft(REVOKED) if (event.get("tokens") or {}).get("bot") else None


_LEAVING = {"member_left_channel", "channel_left", "group_left"}
_EVENTS: dict[str, Callable[[Payload, Arrival], Happening | None]] = {
    "reaction_added": _reaction,
    "reaction_removed": _reaction,
    "app_home_opened": _home,
    "member_joined_channel": _membership,
    "member_left_channel": _membership,
    "app_uninstalled": _uninstalled,
    "tokens_revoked": _revoked,
}
for _kind in ("channel", "group"):
    _EVENTS |= {
        f"{_kind}_left": _channel_event(Change.LEFT),
        f"{_kind}_rename": _channel_event(Change.RENAMED),
        f"{_kind}_archive": _channel_event(Change.ARCHIVED),
        f"{_kind}_unarchive": _channel_event(Change.UNARCHIVED),
        f"{_kind}_deleted": _channel_event(Change.DELETED),
    }
