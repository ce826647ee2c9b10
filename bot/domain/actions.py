"""What a button means when it is pressed, as a short text that any platform can carry."""

from dataclasses import dataclass

from bot.errors import Mistake

MOST_LETTERS = 100
MOST_LETTERS_IN_A_MENU = 75
MOST_DIGITS = 4
OWN = "me"
_SLASH = "\N{DIVISION SLASH}"
"""Stands for a slash inside an argument, because a slash parts them."""


@dataclass(frozen=True, slots=True)
class Action:
    """A verb of the engine and its arguments, at most 100 characters when encoded."""

    verb: str
    arguments: tuple[str, ...] = ()

    def encode(self) -> str:
        encoded = "/".join((self.verb, *(part.replace("/", _SLASH) for part in self.arguments)))
        if len(encoded) > MOST_LETTERS or any(_SLASH in part for part in self.arguments):
            raise ValueError("An action is at most 100 characters and its arguments hold no division slash.")
        return encoded

    @classmethod
    def decode(cls, encoded: str) -> "Action":
        """Raises Mistake for what no button of ours carries."""
        verb, *arguments = encoded.split("/")
        if not verb.isidentifier() or len(encoded) > MOST_LETTERS:
            raise Mistake("This button is not one of ours.")
        return cls(verb, tuple(part.replace(_SLASH, "/") for part in arguments))


def whole_number(text: str) -> int:
    """The number somebody typed or a button carries; 0 for what is none, or absurdly large."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def save_item(delivery: str, number: int, emoji: str = "") -> Action:
    """Save the numbered item of a digest message; with an emoji, on the shelf it stands for."""
    return Action("save", (delivery, str(number), emoji) if emoji else (delivery, str(number)))


def is_to_save(encoded: str) -> bool:
    """Whether it does no more than save something for whoever presses it."""
    return encoded.startswith(("save/", "join/"))


def undo_save(item: str) -> Action:
    """End all marks of the person who presses it on that item."""
    return Action("undo", (item,))


def less_like(delivery: str, number: int) -> Action:
    """Ask for less like the numbered item."""
    return Action("less", (delivery, str(number)))


def mute_author(delivery: str, number: int) -> Action:
    """Mute who wrote the numbered item, where the digest is shown."""
    return Action("mute", (delivery, str(number)))


def take_back_less(delivery: str, number: int) -> Action:
    """No longer ask for less like the numbered item."""
    return Action("more", (delivery, str(number)))


def ask_why(delivery: str, number: int) -> Action:
    """Say why the numbered item is there."""
    return Action("why", (delivery, str(number)))


def report_item(delivery: str, number: int) -> Action:
    """Hide the numbered item everywhere until somebody has looked at it."""
    return Action("report", (delivery, str(number)))


def keep_post(source: str, post: str) -> Action:
    """Save a post that stands in no digest, such as one that was searched for."""
    return Action("keep", (source, post))


def flag_post(source: str, post: str) -> Action:
    """Hide such a post everywhere until somebody has looked at it."""
    return Action("flag", (source, post))


def restore_post(source: str, post: str) -> Action:
    """Show a reported post again."""
    return Action("restore", (source, post))


def remove_post(source: str, post: str) -> Action:
    """Keep a reported post away."""
    return Action("remove", (source, post))


def decide_again(source: str, post: str) -> Action:
    """Take back what was decided about a reported post."""
    return Action("reopen", (source, post))


def follow_pack(pack: str, *, own: bool = False) -> Action:
    """Follow every topic of a pack; with `own`, in the person's own channel."""
    return Action("pack", (pack, OWN) if own else (pack,))


def unfollow_pack(pack: str, *, own: bool = False) -> Action:
    """Unfollow every topic of a pack."""
    return Action("unpack", (pack, OWN) if own else (pack,))


def agree_to(*words: str) -> Action:
    """As an admin, agree to what a member wants to follow: the words of that wish."""
    return Action("agree", words)


def accept_suggestion(*words: str) -> Action:
    """Follow what somebody suggested: the words of that wish."""
    return Action("accept", words)


def describe_item(item: str) -> Action:
    """Open the form for tags, a note and the shelf of a library item."""
    return Action("describe", (item,))


def show_notes(item: str, page: int = 1) -> Action:
    """Say what was noted about a library item, a page of it."""
    return Action("notes", (item, str(page)))


def change_note(item: str, note: str) -> Action:
    """Open the form for one of one's own notes."""
    return Action("note", (item, note))


def remove_note(item: str, note: str) -> Action:
    """Delete a note: one's own, or as an admin anybody's."""
    return Action("unnote", (item, note))


def name_item(item: str) -> Action:
    """Open the form for the title and the kind of a library item."""
    return Action("name", (item,))


def join_item(item: str) -> Action:
    """Save a library item, too."""
    return Action("join", (item,))


def share_item(item: str) -> Action:
    """Show a library item to the channel where the button is pressed."""
    return Action("share", (item,))


def choose_library(item: str) -> Action:
    """Ask in which department's library the item is to be as well."""
    return Action("libraries", (item,))


def put_into(item: str, library: str) -> Action:
    """Share it with the library of that key, empty for that of the workspace."""
    return Action("into", (item, library))


def take_out_of(item: str, library: str) -> Action:
    """Share it so no longer."""
    return Action("out_of", (item, library))


def show_history(item: str, page: int = 1) -> Action:
    """Say who changed what about a library item, a page of it."""
    return Action("history", (item, str(page)))


def remove_from_library(item: str) -> Action:
    """As an admin, take a library item out for everybody."""
    return Action("take_out", (item,))


def restore_to_library(item: str) -> Action:
    """As an admin, bring back what was taken out."""
    return Action("put_back", (item,))


def open_digest(slot: str) -> Action:
    """Show a past digest to whoever presses it."""
    return Action("past", (slot,))


def open_form(delivery: str) -> Action:
    """Open the form that this delivery asks for, with what stood in it."""
    return Action("form", (delivery,))


def run_command(*words: str) -> Action:
    """The same as typing the command."""
    return Action("run", words)


def turn_to(page: int, *words: str) -> Action:
    """The same, for that page of a list."""
    return Action("page", (str(page), *words))


def go_way(delivery: str, number: int) -> Action:
    """Give the command that this message keeps under that number, 1 being the first."""
    return Action("way", (delivery, str(number)))


def fits_on_a_button(action: Action) -> bool:
    """Whether it can be encoded."""
    try:
        action.encode()
    except ValueError:
        return False
    return True
