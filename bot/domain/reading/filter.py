"""What of a topic is asked for, so that only what a digest could show is paid for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Filter:
    """Everything, by default. A post below a threshold is left out, as are replies without a link where `replies` is
    not set, and other languages than `languages` (two-letter codes) where there are any. `top` asks for the best in the
    source's own opinion instead of the newest, where the limit leaves something out.

    A source that cannot ask for one of these gives more rather than less; a post whose language nobody could tell is
    left out where the source can only ask for languages by their names.
    """

    min_likes: int = 0
    min_reposts: int = 0
    languages: tuple[str, ...] = ()
    replies: bool = True
    top: bool = False

    @property
    def key(self) -> str:
        """The same text for the same filter; empty for everything."""
        parts = (
            f"likes>={self.min_likes}" if self.min_likes else "",
            f"reposts>={self.min_reposts}" if self.min_reposts else "",
            ",".join(sorted(self.languages)),
            "" if self.replies else "no replies",
            "top" if self.top else "",
        )
        return " ".join(part for part in parts if part)


EVERYTHING = Filter()
