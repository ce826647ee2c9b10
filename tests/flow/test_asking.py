"""A question that has hardly been answered: readers are led to where they can answer."""

from dataclasses import replace

from bot.views import Message, PostItem
from tests.fakes.chat import Shown
from tests.rigs.school import STAFF, School, school

REPLY = "https://x.example/intent/tweet?in_reply_to=1"


async def with_a_question(our: School, reply_url: str = REPLY) -> Shown:
    """Two posts, of which the first is marked as a question."""
    shown = await our.digest_of(2, reply_url=reply_url)
    async with our.store.transaction() as tx:
        digest = await tx.digests.latest(STAFF)
        assert digest
        first, second = digest.items
        await tx.digests.put(replace(digest, items=(replace(first, asks=True), second)), (), our.clock.now())
        await tx.outbox.refresh(STAFF.workspace, [shown.delivery], our.clock.now())
    await our.a_minute_later()
    current = our.chat.message(shown.id)
    assert current
    return current


def items_of(message: Message) -> list[PostItem]:
    return [block for block in message.blocks if isinstance(block, PostItem)]


async def test_only_the_question_leads_to_where_it_is_answered() -> None:
    async with school() as our:
        question, other = items_of((await with_a_question(our)).message)
        assert (question.reply_label, question.reply_url) == ("Reply on X", REPLY)
        assert question.context == "Perhaps somebody here can help."
        assert (other.reply_label, other.reply_url, other.context) == ("", "", "")


async def test_a_screen_reader_hears_the_question_the_reason_and_the_way_to_answer() -> None:
    async with school() as our:
        lines = (await with_a_question(our)).message.summary.splitlines()
        assert lines[1].endswith("Perhaps somebody here can help. Reply on X.")
        assert "Reply on X" not in lines[2]


async def test_without_a_page_for_replies_nothing_is_promised() -> None:
    for nowhere in ("", "javascript:alert(1)"):
        async with school() as our:
            question = items_of((await with_a_question(our, nowhere)).message)[0]
            assert (question.reply_label, question.reply_url, question.context) == ("", "", "")
