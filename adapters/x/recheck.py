"""Whether posts are still there, the cheapest way there is: X's own jobs and embeds are free, look-ups are not."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta

from adapters.x.client import Client
from adapters.x.compliance import ComplianceJobs
from adapters.x.embeds import PublicEmbeds
from adapters.x.lookup import Lookups
from bot.domain.post import Post
from bot.domain.standing import Standing
from bot.errors import AdapterError, OutOfAllowance, Throttled
from bot.ports import Allowance, Found, Rechecked

MOST_EMBEDS = 200
"""Asked for at most in one attempt. The rest comes with the next one: a look-up would cost money."""
WITHOUT_JOBS = timedelta(hours=6)
"""How long jobs are left alone after they failed: most schools either have them or do not."""


class Rechecks:
    def __init__(self, client: Client, embeds: PublicEmbeds, lookups: Lookups) -> None:
        self._client = client
        self._jobs = ComplianceJobs(client)
        self._embeds = embeds
        self._lookups = lookups
        self._no_jobs_until: datetime | None = None

    async def recheck(self, posts: Sequence[Post], allowance: Allowance) -> AsyncIterator[Rechecked]:
        """While a job of X's is at it there is no answer: a later attempt picks it up."""
        if not posts:
            return
        by_job = await self._ask_job(posts)
        if by_job is None:
            shown = await self._embeds.shown(posts[:MOST_EMBEDS])
            certain = {each: Standing.PRESENT for each, is_shown in shown.items() if is_shown}
            doubtful = [post for post in posts if not shown.get(post.key.id, bool(shown))]
            how = "embed"
        else:
            certain = {each: standing for each, standing in by_job.items() if standing is not Standing.UNKNOWN}
            doubtful = [post for post in posts if by_job.get(post.key.id) is Standing.UNKNOWN]
            how = "compliance job"
        if certain:
            yield Rechecked(None, certain, how, is_final=by_job is not None)
        has_answers = bool(certain) or by_job is not None
        try:
            async for each in self._look_up(doubtful, allowance):
                has_answers = True
                yield each
        except (AdapterError, OutOfAllowance):
            if not has_answers:
                raise

    async def _ask_job(self, posts: Sequence[Post]) -> dict[str, Standing] | None:
        """None where jobs cannot be had now."""
        now = self._client.clock.now()
        if self._no_jobs_until and now < self._no_jobs_until:
            return None
        try:
            return await self._jobs.standings(posts)
        except AdapterError as error:
            self._no_jobs_until = error.until if isinstance(error, Throttled) else now + WITHOUT_JOBS
            return None

    async def _look_up(self, posts: Sequence[Post], allowance: Allowance) -> AsyncIterator[Rechecked]:
        keys = {post.latest_id: post.key.id for post in posts}
        async for found in self._lookups.one_by_one(list(keys), allowance):
            yield _rechecked(found, keys)


def _rechecked(found: Found, keys: dict[str, str]) -> Rechecked:
    there = {keys[each]: Standing.WITHHELD if post.withheld else Standing.PRESENT for each, post in found.posts.items()}
    missing = {keys[each]: standing for each, standing in found.absent.items()}
    return Rechecked(found.receipt, there | missing, "look-up", list(found.posts.values()))
