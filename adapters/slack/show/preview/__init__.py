"""What Slack will show, as one page to look at: the same blocks that are sent, drawn much as Slack draws them."""

from adapters.slack.show.preview.page import preview

__all__ = ["preview"]
