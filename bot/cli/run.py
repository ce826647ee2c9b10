"""`staffroom run`: serves a school until it is told to stop."""

import asyncio
from argparse import Namespace

from bot.cli.configured import clock_of, config_of, has_nowhere_to_go
from bot.cli.wiring import Wiring
from bot.errors import ConfigMistakes


def run(wiring: Wiring, asked: Namespace) -> int:
    config = config_of(wiring, asked.config)
    if has_nowhere_to_go(config):
        raise ConfigMistakes([f"{asked.config}: there is no [[channels]]. Staffroom needs one to post into."])
    asyncio.run(wiring.serve(config, clock_of(wiring, config)))
    return 0
