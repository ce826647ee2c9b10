"""What an administrator of a Slack workspace has to know before saying yes."""

from urllib.parse import urlsplit

from adapters.slack.rights import RIGHTS, Need
from adapters.slack.section import SLACK, SlackSection
from bot.plugins import Disclosure

_WHEN = {
    Need.ALWAYS: "",
    Need.USUAL: "",
    Need.CHOICE: "Optional. ",
    Need.HISTORY: "Optional, and only asked for when somebody chose it. ",
}

KEEPS = (
    (
        "Of people who use Staffroom: Slack's id of the person, and the display name they have in Slack; of who has a "
        "digest of their own, the time zone too. No e-mail address, telephone number, picture or status; Staffroom has "
        "no right to read e-mail addresses."
    ),
    "Of who signs in with Slack on the web: nothing more. The right to read who they are is thrown away.",
    "Of channels it is in: Slack's id and the channel's name.",
    (
        "Of messages: the ids of Staffroom's own messages. What people write in channels is not stored. Of a message "
        "that somebody saves with “Save to library”, its link and the beginning of its text become the item's title."
    ),
)
TOKENS = {
    "socket": "The two tokens of the configuration, which stay where it keeps them, are in no log, and are not in the "
    "database.",
    "http": "A token for each workspace, encrypted in the database with a key that is kept outside it.",
}


def disclose(section: SlackSection) -> Disclosure:
    return Disclosure(
        rights=tuple(
            (right.scope, f"{_WHEN[right.need]}{right.use} Lost without it: {right.lost}") for right in RIGHTS
        ),
        hosts=_hosts(section),
        keeps=(*KEEPS, TOKENS[section.mode]),
    )


def _hosts(section: SlackSection) -> tuple[str, ...]:
    api = urlsplit(section.base_url).hostname or section.base_url
    if section.base_url != SLACK:
        return (f"{api}: Slack's API",)
    answers = "hooks.slack.com: answers to commands and buttons"
    files = "files.slack.com: files that somebody asked for"
    if section.mode == "http":
        return (f"{api}: Slack's API", answers, files, "Slack sends its events to your public address, signed")
    return (
        f"{api}: Slack's API",
        answers,
        files,
        "wss-primary.slack.com, wss-backup.slack.com: Slack's events come over these",
    )
