"""What an administrator of a Discord server has to know before saying yes."""

from urllib.parse import urlsplit

from adapters.discord.rights import IN_A_CHANNEL
from adapters.discord.section import DISCORD, DiscordSection
from bot.plugins import Disclosure

INTENTS = (
    (
        "intent: guilds",
        (
            "To know the channels, roles and permissions of its servers. Lost without it: Staffroom cannot connect. "
            "It is not told of messages, members, or who is online: no privileged intent is asked for."
        ),
    ),
    (
        "intent: guild_reactions",
        (
            "To notice a reaction on its own messages: that is how an item is saved. Discord tells of all reactions in "
            "channels that it may see; those on other messages are dropped. Lost without it: saving by reaction."
        ),
    ),
)
COMMANDS = (
    "applications.commands",
    (
        "Answers /pln, /pln-admin and “Save to library” in the menu of a message. Lost without it: nobody can ask "
        "Staffroom for anything."
    ),
)
KEEPS = (
    (
        "Of people who use Staffroom: Discord's id of the person, and the name they have in the server. Their roles "
        "are asked for when they matter, and kept with what somebody asked for until it is done. No e-mail address, "
        "telephone number, picture or status."
    ),
    (
        "In which server somebody used Staffroom last, so that a direct message is answered for the right school: for "
        "a year after the last time, or until they leave or say /pln forget-me."
    ),
    "Of servers and channels it is in: Discord's ids, and their names. Of roles that were given rights: their ids.",
    (
        "Of messages: the ids of Staffroom's own messages. What people write in channels is not read. Of a message "
        "that somebody saves with “Save to library”, its link and the beginning of its text become the item's title."
    ),
    "For an hour: what a form was about that somebody opened, and which answers were given to a command.",
    (
        "Of who signs in with Discord on the web: nothing more. Name and list of servers are read once, and the right "
        "to read them is thrown away."
    ),
    "The bot's token stays where the configuration keeps it. It is in no log, and not in the database.",
)


def disclose(section: DiscordSection) -> Disclosure:
    permissions = tuple(
        (each.name, f"{each.purpose[0].upper()}{each.purpose[1:]}. Lost without it: {each.lost}")
        for each in IN_A_CHANNEL
    )
    return Disclosure(rights=(*permissions, *INTENTS, COMMANDS), hosts=_hosts(section), keeps=KEEPS)


def _hosts(section: DiscordSection) -> tuple[str, ...]:
    api = urlsplit(section.api_url).hostname or section.api_url
    gateway = urlsplit(section.gateway_url).hostname or section.gateway_url
    where = gateway or "gateway.discord.gg, and others whose names end in .discord.gg"
    if section.api_url != DISCORD and not gateway:
        where = "the gateway that this API names"
    return (f"{api}: Discord's API", f"{where}: Discord's events come over these")
