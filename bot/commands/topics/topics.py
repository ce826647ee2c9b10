"""unfollow, list, and what all commands about topics share"""

from collections.abc import Sequence

from bot.commands.context import Answer, Asked, in_one, said_aloud
from bot.commands.rights import most_topics, require
from bot.commands.topics.at_once import at_once_in_words, digest_only, no_longer_at_once, show_at_once
from bot.domain.actions import fits_on_a_button
from bot.domain.channel import AtOnce, Following, Origin
from bot.domain.content import Content, Say, headed, say
from bot.domain.people import Right
from bot.domain.topic import Topic, TopicKind, parse_topics
from bot.errors import Mistake
from bot.services.wording import counted, listed

MOST_BUTTONS = 3
LONGEST_ON_A_BUTTON = 60


async def follow_now(asked: Asked, topics: Sequence[Topic], at_once: AtOnce | None) -> Answer:
    """Without asking what it costs, or whether somebody has to agree."""
    if at_once is not None:
        await follow_all(asked, topics)
        return await show_at_once(asked, topics, at_once)
    new = await follow_all(asked, topics)
    ended = digest_only(await no_longer_at_once(asked, topics))
    if not new:
        known = ended or say(f"{asked.here} follows {listed(labels(topics))} already.")
        return Answer((*known, *asked.invitation()))
    sentences = (Say(f"{asked.here} now follows {listed(labels(new))}."), *ended, *await next_digest(asked))
    return Answer(
        (*sentences, *in_one(_buttons("unfollow", "Unfollow {}", new, asked))),
        aloud=said_aloud(asked, f"added {listed(labels(new))} to this channel's digest."),
    )


async def not_yet_followed(asked: Asked, topics: Sequence[Topic]) -> list[Topic]:
    """Raises Mistake where they are too many."""
    already = {following.topic for following in await asked.tx.topics.followed(asked.channel)}
    most = await most_topics(asked)
    if len(already | set(topics)) > max(most, len(already)):
        raise Mistake(f"{asked.here} may follow at most {counted(most, 'topic')}, and follows {len(already)}.")
    return [topic for topic in topics if topic not in already]


async def follow_all(asked: Asked, topics: Sequence[Topic]) -> list[Topic]:
    """Those that were not followed yet. Raises Mistake, before anything is changed, where they are too many."""
    new = await not_yet_followed(asked, topics)
    if new:
        await put_channel(asked)
    by, at = asked.person.key.person, asked.at
    return [each for each in new if await asked.tx.topics.follow(asked.channel, each, Origin.COMMAND, by, at)]


async def put_channel(asked: Asked) -> None:
    """So that something can be kept about it."""
    if await asked.tx.channels.get(asked.channel) is None:
        await asked.tx.channels.put(asked.new_channel())


async def unfollow(asked: Asked, words: str) -> Answer:
    await require(asked, Right.CHANGE)
    topics = await topics_in(asked, words, "unfollow")
    gone = await unfollow_all(asked, topics)
    if not gone:
        return Answer(say(f"{asked.here} does not follow {listed(labels(topics))}."))
    return Answer(
        (
            Say(f"{asked.here} no longer follows {listed(labels(gone))}."),
            *in_one(_buttons("follow", "Follow {} again", gone, asked)),
        ),
        aloud=said_aloud(asked, f"took {listed(labels(gone))} out of this channel's digest."),
    )


async def unfollow_all(asked: Asked, topics: Sequence[Topic]) -> list[Topic]:
    """Those that were followed. Raises Mistake, before anything is changed, where the configuration file decides."""
    followed = {following.topic: following for following in await asked.tx.topics.followed(asked.channel)}
    _refuse_configured([followed[topic] for topic in topics if topic in followed], asked)
    return [topic for topic in topics if await asked.tx.topics.unfollow(asked.channel, topic)]


async def show_list(asked: Asked, _: str) -> Answer:
    followed = await asked.tx.topics.followed(asked.channel)
    if not followed:
        return Answer(follows_nothing(asked))
    lines = [_line(following, asked) for following in followed]
    count = f"{len(followed)} of at most {counted(await most_topics(asked), 'topic')}"
    return Answer(headed(f"{asked.here} follows {count}", lines))


def follows_nothing(asked: Asked) -> Content:
    me = "me " if asked.is_own else ""
    return say(f"{asked.here} follows nothing yet. Begin with /pln {me}follow #edchat, or see /pln {me}start.")


async def topics_in(asked: Asked, words: str, verb: str) -> list[Topic]:
    if not words.strip():
        raise Mistake(f'Say what to {verb}, such as /pln {verb} #edchat, @name or "exit ticket".')
    channel = await asked.known_channel()
    return parse_topics(words, account_source=channel.sources[0])


async def next_digest(asked: Asked) -> Content:
    """When it comes, and what has to be done before it can."""
    channel = await asked.known_channel()
    sentence = f"The digest comes {channel.schedule.in_words()}, with up to {channel.size} posts."
    return (Say(sentence, "hint"), *asked.invitation())


def labels(topics: Sequence[Topic]) -> list[str]:
    return [topic.label for topic in topics]


def _buttons(verb: str, label: str, topics: Sequence[Topic], asked: Asked) -> list[tuple[str, str]]:
    """Buttons that take it back, for those whose name fits on one."""
    actions = [(topic, asked.again(verb, topic.label)) for topic in topics[:MOST_BUTTONS]]
    return [
        (label.format(topic.label), action.encode())
        for topic, action in actions
        if len(topic.label) <= LONGEST_ON_A_BUTTON and fits_on_a_button(action)
    ]


def _refuse_configured(followings: Sequence[Following], asked: Asked) -> None:
    fixed = [following.topic.label for following in followings if following.origin is Origin.CONFIG]
    if fixed:
        raise Mistake(f"{listed(fixed)}: set in {asked.parts.config_name}; ask whoever looks after Staffroom.")


def _line(following: Following, asked: Asked) -> str:
    names = {TopicKind.LIST: "a list", TopicKind.ACCOUNT: "an account", TopicKind.PHRASE: "a phrase"}
    kind = names.get(following.topic.kind, "a hashtag")
    origin = f", set in {asked.parts.config_name}" if following.origin is Origin.CONFIG else ""
    return f"{following.topic.label} — {kind}{at_once_in_words(asked, following.at_once)}{origin}"
