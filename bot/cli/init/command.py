"""What is printed and written when `staffroom init` is typed."""

import asyncio
from argparse import Namespace
from pathlib import Path

from bot.cli.configured import bundled_packs, config_in
from bot.cli.init import Answers, Interview, Known, config_text, secrets_text
from bot.cli.init.talk import agree
from bot.cli.plugged import chats, sources
from bot.cli.wiring import Wiring
from bot.errors import Mistake


def init(wiring: Wiring, asked: Namespace) -> int:
    terminal, file = wiring.terminal(), asked.config
    question = f"{file} is there already. Replace it? The old one is kept"
    if wiring.files.is_there(file) and not agree(terminal, question, default=False):
        raise Mistake("Nothing was changed. With --config FILE another file is written.")
    zone = wiring.zone()
    known = Known(chats(), sources(), bundled_packs(), wiring.environment, zone, wiring.country(zone))
    try:
        answers = asyncio.run(Interview(terminal, known).hold())
    except KeyboardInterrupt:
        terminal.say("\nNothing was written.")
        raise
    _write(wiring, answers, file)
    return 0


def _write(wiring: Wiring, answers: Answers, file: Path) -> None:
    """The secrets first: a configuration that names a file which is not there could not be read."""
    apart = file.with_name(f"{file.stem}.secrets.toml")
    config, secrets = config_text(answers, apart.name), secrets_text(answers)
    config_in(wiring, config, str(file), read_file={str(apart): secrets}.__getitem__)
    for old in (wiring.files.keep_old(each) for each in (apart, file)):
        if old:
            print(f"Kept: {old}")
    if secrets:
        wiring.files.write_private(apart, secrets)
        print(f"Written: {apart}. It holds the tokens and only you may read it.")
    wiring.files.write_private(file, config)
    named = "" if file == Path("config.toml") else f" --config {file}"
    print(f"Written: {file}\n\nNow check it: staffroom doctor{named}\nThen start it: staffroom run{named}")
