"""A channel with very many posts to choose from."""

import asyncio

from bot.services.digest.selection import MANY, select
from tests.rigs.school import HALF_PAST_SEVEN, STAFF, school
from tests.unit.examples import liked, post, topic


async def test_others_go_on_while_a_digest_is_chosen_from_many() -> None:
    async with school() as our:
        await our.configure()
        our.clock.set(HALF_PAST_SEVEN)
        posts = [post(number, hashtags=("edchat",), metrics=liked(number)) for number in range(MANY)]
        async with our.store.transaction() as tx:
            await tx.posts.add(posts, {each.key: [topic()] for each in posts}, our.clock.now())
        turns = 0

        async def somebody_else() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        async with our.store.reading() as tx:
            channel = await tx.channels.get(STAFF)
            assert channel
            beside = asyncio.create_task(somebody_else())
            selection = await select(tx, our.parts, channel)
        beside.cancel()

        assert len(selection.candidates) == len(selection.choice.fates) == MANY
        assert turns > 1
