"""Suites that every adapter passes, to be inherited by the tests of adapters anywhere. Needs `staffroom[test]`."""

import pytest

pytest.register_assert_rewrite(
    "bot.testing.chat_around",
    "bot.testing.chat_contract",
    "bot.testing.chat_events",
    "bot.testing.chat_files",
    "bot.testing.chat_surfaces",
    "bot.testing.chat_trouble",
)
