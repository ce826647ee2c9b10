"""A person's own page in Slack: the Home tab of the app."""

from adapters.slack.show import limits
from adapters.slack.show.render import blocks_of
from adapters.slack.show.rich import Json
from bot.views import Message


def home(page: Message) -> Json:
    """The view to publish."""
    return {"type": "home", "blocks": blocks_of(page.blocks, limits.VIEW_BLOCKS)}
