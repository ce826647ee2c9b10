"""What Discord will show, as one page to look at: the components that are sent, drawn much as Discord draws them."""

from adapters.discord.show.preview.page import preview

__all__ = ["preview"]
