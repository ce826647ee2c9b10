"""What a button means when it is pressed, as a short text that any platform can carry."""

from dataclasses import dataclass

from bot.errors import Mistake

MOST_LETTERS = 100
MOST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Action:
    """A verb of the engine and its arguments, at most 100 characters when encoded."""

    verb: str
    arguments: tuple[str, ...] = ()

    def encode(self) -> str:
        encoded = "/".join((self.verb, *self.arguments))
        if len(encoded) > MOST_LETTERS or any("/" in part for part in self.arguments):
            raise ValueError("An action is at most 100 characters and its arguments hold no slash.")
        return encoded

    @classmethod
    def decode(cls, encoded: str) -> "Action":
        """Raises Mistake for what no button of ours carries."""
        verb, *arguments = encoded.split("/")
        if not verb.isidentifier() or len(encoded) > MOST_LETTERS:
            raise Mistake("This button is not one of ours.")
        return cls(verb, tuple(arguments))


def whole_number(text: str) -> int:
    """The number somebody typed or a button carries; 0 for what is none, or absurdly large."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def save_item(delivery: str, number: int) -> Action:
    """Save the numbered item of a digest message."""
    return Action("save", (delivery, str(number)))


def undo_save(item: str) -> Action:
    """End all marks of the person who presses it on that item."""
    return Action("undo", (item,))


def run_command(*words: str) -> Action:
    """The same as typing the command."""
    return Action("run", words)
