"""Out of the library and into it: files that people take away, feeds, and files that they bring.

exporting ─▶ gather ─▶ bot.domain.exchange writes          feeds: the newest of a listing, at a secret address
bringing: a file ─▶ rows that are shown ─▶ confirmed        working_off: some rows at a time, coming_in ─▶ the library,
                                                            and going_out again; stuck: what cannot be gone on with
"""

from bot.services.exchange.exporting import download, written

__all__ = ["download", "written"]
