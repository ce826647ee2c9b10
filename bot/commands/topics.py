"""follow, unfollow, list"""

from bot.commands.context import Answer, Asked
from bot.domain.actions import run_command
from bot.domain.channel import Following, Origin
from bot.domain.content import Offer, Say, headed, offer, say
from bot.domain.topic import Topic, TopicKind, parse_topics
from bot.errors import Mistake
from bot.services.wording import counted, listed

MOST_TOPICS = 40
LONGEST_ON_A_BUTTON = 60


async def follow(asked: Asked, words: str) -> Answer:
    topics = await _topics(asked, words, "follow")
    already = {following.topic for following in await asked.tx.topics.followed(asked.channel)}
    if len(already | set(topics)) > MOST_TOPICS:
        raise Mistake(f"A channel follows at most {MOST_TOPICS} topics, and this one follows {len(already)}.")
    if await asked.tx.channels.get(asked.channel) is None:
        await asked.tx.channels.put(asked.new_channel())
    new = [topic for topic in topics if await _follow(asked, topic)]
    if not new:
        return Answer(say(f"This channel follows {listed(_labels(topics))} already."))
    return Answer(
        (Say(f"This channel now follows {listed(_labels(new))}."), await _next_digest(asked), _undo(new)),
        aloud=(Say(f"added {listed(_labels(new))} to this channel's digest.", by=asked.person.key.person),),
    )


async def unfollow(asked: Asked, words: str) -> Answer:
    topics = await _topics(asked, words, "unfollow")
    followed = {following.topic: following for following in await asked.tx.topics.followed(asked.channel)}
    _refuse_configured([followed[topic] for topic in topics if topic in followed], asked)
    gone = [topic for topic in topics if await asked.tx.topics.unfollow(asked.channel, topic)]
    if not gone:
        return Answer(say(f"This channel does not follow {listed(_labels(topics))}."))
    return Answer(
        say(f"This channel no longer follows {listed(_labels(gone))}."),
        aloud=(Say(f"took {listed(_labels(gone))} out of this channel's digest.", by=asked.person.key.person),),
    )


async def show_list(asked: Asked, _: str) -> Answer:
    followed = await asked.tx.topics.followed(asked.channel)
    if not followed:
        return Answer(say("This channel follows nothing yet. Begin with /pln follow #edchat."))
    lines = [_line(following, asked) for following in followed]
    return Answer(headed(f"This channel follows {counted(len(followed), 'topic')}", lines))


async def _topics(asked: Asked, words: str, verb: str) -> list[Topic]:
    if not words.strip():
        raise Mistake(f'Say what to {verb}, such as /pln {verb} #edchat, @name or "exit ticket".')
    channel = await asked.known_channel()
    return parse_topics(words, account_source=channel.sources[0])


async def _follow(asked: Asked, topic: Topic) -> bool:
    return await asked.tx.topics.follow(asked.channel, topic, Origin.COMMAND, by=asked.person.key.person, at=asked.at)


async def _next_digest(asked: Asked) -> Say:
    channel = await asked.known_channel()
    return Say(f"The digest comes {channel.schedule.in_words()}, with up to {channel.size} posts.", "hint")


def _undo(topics: list[Topic]) -> Offer:
    """Buttons for those whose name fits on one."""
    return offer(
        *(
            (f"Unfollow {topic.label}", run_command("unfollow", topic.label).encode())
            for topic in topics[:3]
            if _fits(topic)
        )
    )


def _fits(topic: Topic) -> bool:
    return "/" not in topic.label and len(topic.label) <= LONGEST_ON_A_BUTTON


def _refuse_configured(followings: list[Following], asked: Asked) -> None:
    fixed = [following.topic.label for following in followings if following.origin is Origin.CONFIG]
    if fixed:
        raise Mistake(f"{listed(fixed)}: set in {asked.parts.config_name}; ask whoever looks after Staffroom.")


def _line(following: Following, asked: Asked) -> str:
    names = {TopicKind.LIST: "a list", TopicKind.ACCOUNT: "an account", TopicKind.PHRASE: "a phrase"}
    kind = names.get(following.topic.kind, "a hashtag")
    origin = f", set in {asked.parts.config_name}" if following.origin is Origin.CONFIG else ""
    return f"{following.topic.label} — {kind}{origin}"


def _labels(topics: list[Topic]) -> list[str]:
    return [topic.label for topic in topics]
