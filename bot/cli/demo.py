"""`staffroom demo`: a channel on the page of this computer, furnished with posts that are there already."""

import asyncio
import json
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.cli.configured import clock_of, config_in
from bot.cli.furnish import follow_only, furnish
from bot.cli.plugged import sources
from bot.cli.wiring import Wiring
from bot.domain.channel import Channel
from bot.domain.keys import ChannelKey
from bot.domain.schedule import Schedule
from bot.domain.topic import Topic, parse_topics
from bot.errors import Mistake
from bot.services.parts import Parts

DATABASE = "staffroom.sqlite"
CHANNEL = "staffroom"


def demo(wiring: Wiring, asked: Namespace) -> int:
    database = asked.folder / DATABASE
    usual = ", ".join(sources()["sample"].trial_topics)
    topics = parse_topics(usual if asked.topics is None else asked.topics, account_source="sample")
    if not topics:
        raise Mistake(f"--topics names none. Write some, such as '{usual}'.")
    if asked.reset and asked.posts:
        wiring.require_posts(asked.posts)
    if asked.reset:
        wiring.databases.start_over(database.resolve())
    text = demo_config(database=database, zone=wiring.zone(), port=asked.port, posts=asked.posts)
    config = config_in(wiring, text, "the demo", environment={})
    trial = Demo(topics, new_topics=asked.topics is not None, own_posts=asked.posts)
    asyncio.run(wiring.serve(config, clock_of(wiring, config), trial))
    return 0


def demo_config(*, database: Path, zone: str, port: int, posts: Path | None) -> str:
    """The configuration of a demo. JSON strings are TOML strings."""
    url = json.dumps(f"sqlite:///{database.resolve()}")
    ours = '[school]\nlanguages = ["en"]\n'  # one or two of the invented posts are in other languages, as on X
    sample = f"[sample]\nposts = {json.dumps(str(posts.resolve()))}\n" if posts else ours
    return f"[staffroom]\nzone = {json.dumps(zone)}\n[database]\nurl = {url}\n[web]\nport = {port}\n{sample}"


@dataclass(frozen=True)
class Demo:
    """What the demo furnishes. `new_topics` replace those of an earlier demo; `own_posts` are the user's."""

    topics: Sequence[Topic]
    new_topics: bool
    own_posts: Path | None

    async def furnish(self, parts: Parts) -> None:
        workspace = parts.chats["web"].workspaces()[0].id
        channel = Channel(ChannelKey(workspace, CHANNEL), "Staffroom", Schedule(parts.zone), sources=("sample",))
        async with parts.store.transaction() as tx:
            await furnish(tx, parts, channel, self.topics)
            if self.new_topics:
                await follow_only(tx, parts, channel.key, self.topics)
