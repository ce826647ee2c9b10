"""The endpoints of the loopback X, each from what was asked to an answer: they can be used without a network.

What the documents forbid raises `Refused` or `BadQuery`, which the server answers with 400 and counts.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from aiohttp import web

from tests.rigs.x_server_bill import Bill
from tests.rigs.x_server_faults import missing_page, not_authorised_embed
from tests.rigs.x_server_query import condition
from tests.rigs.x_server_world import (
    NEW_SPELLING,
    OLD_SPELLING,
    Json,
    World,
    attached,
    looked_up,
    only,
    spelt,
    written_at,
)

LOOKS_BACK = timedelta(days=7)
SETTLING = timedelta(seconds=10)
EPOCH_OF_IDS = 1288834974657
DAY = timedelta(days=1)

DEFAULT_POST_FIELDS = {"id", "text", "edit_history_tweet_ids"}
POST_FIELDS = DEFAULT_POST_FIELDS | {
    *("attachments", "author_id", "conversation_id", "created_at", "edit_controls", "entities", "in_reply_to_user_id"),
    *("lang", "note_tweet", "possibly_sensitive", "public_metrics", "referenced_tweets", "withheld"),
}
DEFAULT_USER_FIELDS = {"id", "name", "username"}
USER_FIELDS = DEFAULT_USER_FIELDS | {"profile_image_url", "protected", "public_metrics"}
FIELDS = {"tweet.fields", "post.fields", "expansions", "media.fields", "poll.fields", "user.fields"}
SPAN = {"start_time", "end_time", "since_id", "until_id"}
SEARCH_PARAMETERS = {"query", "max_results", "next_token", "pagination_token", "sort_order"} | SPAN | FIELDS
COUNT_PARAMETERS = {"query", "granularity", "next_token", "pagination_token", "search_count.fields"} | SPAN
USAGE_FIELDS = {
    *("cap_reset_day", "daily_client_app_usage", "daily_project_usage", "project_cap", "project_id", "project_usage"),
}

Asked = dict[str, str]
Answering = Callable[[Asked], web.Response]


class Clock(Protocol):
    def now(self) -> datetime: ...


class Refused(Exception):
    """The request is wrong: answered with 400."""


@dataclass
class Api:
    """`answers` by path. `numbers_as_text` and `new_words_for_counts` are how X spells usage and counts since its
    OpenAPI 2.167: no request decides that. With `new_words_only` no request decides anything any more."""

    clock: Clock
    world: World
    bill: Bill = field(default_factory=Bill)
    numbers_as_text: bool = True
    new_words_for_counts: bool = False
    new_words_only: bool = False

    def __post_init__(self) -> None:
        self._tokens: dict[str, tuple[Json, int]] = {}
        self.answers: dict[str, Answering] = {
            "/2/tweets/search/recent": self.search,
            "/2/tweets/counts/recent": self.counts,
            "/2/tweets": self.tweets,
            "/2/users/by": self.users_by,
            "/2/users": self.users,
            "/2/usage/tweets": self.usage,
            "/oembed": self.oembed,
        }

    def _today(self) -> date:
        return self.clock.now().astimezone(UTC).date()

    # -------------------------------------------------------------------------------------------------------- search

    def search(self, asked: Asked) -> web.Response:
        """X docs: recent search; paginate; billing of what is returned."""
        must(asked.keys() <= SEARCH_PARAMETERS, "The query parameters are not all known")
        size = number(asked.get("max_results", "10"))
        must(10 <= size <= 100, "The `max_results` query parameter value is not between 10 and 100")
        order = asked.get("sort_order", "recency")
        must(order in ("recency", "relevancy"), "The `sort_order` query parameter value is not known")
        matches = self._found(asked)
        if order == "relevancy":
            matches = self.world.by_relevance(matches)
        key = {name: value for name, value in asked.items() if "token" not in name}
        start = self._offset(asked, key)
        given, rest = matches[start : start + size], matches[start + size :]
        meta: Json = {"result_count": len(given)}
        if given:
            ids = sorted((each["id"] for each in given), key=int)
            meta |= {"newest_id": ids[-1], "oldest_id": ids[0]}
        if rest:
            meta["next_token"] = f"b26v89c19zqg8o3f{len(self._tokens):x}"
            self._tokens[meta["next_token"]] = (key, start + size)
        return self._answer(self._page(given, asked) | {"meta": meta}, asked)

    def _found(self, asked: Asked) -> list[Json]:
        wanted = condition(asked.get("query", ""))
        begin, end = self._window(asked)
        after = self._since(asked)
        posts = self.world.found(wanted, begin, end, self.clock.now())
        return [each for each in posts if int(each["id"]) > after] if after >= 0 else posts

    def _window(self, asked: Asked) -> tuple[datetime, datetime]:
        """X docs: recent search. The start is inclusive and within seven days, the end exclusive and ten seconds ago at
        least; without one it is thirty seconds ago. Both are in whole seconds."""
        now = self.clock.now()
        earliest, latest = now - LOOKS_BACK, now - SETTLING
        begin = _moment(asked["start_time"]) if "start_time" in asked else earliest
        end = _moment(asked["end_time"]) if "end_time" in asked else now - 3 * SETTLING
        must(begin >= earliest, f"Invalid 'start_time'. 'start_time' must be on or after {earliest:%Y-%m-%dT%H:%MZ}")
        must(end <= latest, "Invalid 'end_time'. 'end_time' must be a minimum of 10 seconds prior to the request time")
        must(begin < end, "Invalid 'start_time'. 'start_time' must be before 'end_time'")
        return begin, end

    def _since(self, asked: Asked) -> int:
        """The live API refuses since_id with a window, and one of more than seven days ago (reported by X's users)."""
        if "since_id" not in asked:
            return -1
        since = number(asked["since_id"])
        must(not asked.keys() & {"start_time", "end_time"}, "Invalid use of since_id in conjunction with start_time")
        made_at = datetime.fromtimestamp(((since >> 22) + EPOCH_OF_IDS) / 1000, UTC)
        must(made_at >= self.clock.now() - LOOKS_BACK, "'since_id' must be a tweet id created after 7 days ago")
        return since

    def _offset(self, asked: Asked, key: Json) -> int:
        """X docs: paginate. A token belongs to its query and does not expire; the size of the page may change."""
        token = asked.get("next_token") or asked.get("pagination_token")
        if not token:
            return 0
        first_asked, offset = self._tokens.get(token, ({}, 0))
        same = first_asked | {"max_results": ""} == key | {"max_results": ""}
        must(same, "Invalid 'next_token'")
        return offset

    def counts(self, asked: Asked) -> web.Response:
        """X docs: counts. Billed by the request; days begin at midnight UTC, the first and the last may be shorter."""
        must(asked.keys() <= COUNT_PARAMETERS, "The query parameters are not all known")
        step = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": DAY}.get(
            asked.get("granularity", "hour")
        )
        if step is None:
            raise Refused("The `granularity` query parameter value is not known")
        times = sorted(written_at(each) for each in self._found(asked))
        begin, end = self._window(asked)
        data = []
        while begin < end:
            until = min(_next(begin, step), end)
            count = sum(begin <= time < until for time in times)
            data.append({"start": _spelt(begin), "end": _spelt(until), "tweet_count": count})
            begin = until
        self.bill.charge(self._today(), counts=1)
        body: Json = {"data": data, "meta": {"total_tweet_count": len(times)}}
        return web.json_response(spelt(body, NEW_SPELLING) if self.new_words_for_counts else body)

    # --------------------------------------------------------------------------------------------------- what is given

    def tweets(self, asked: Asked) -> web.Response:
        """X docs: posts look-up. What is not there is named and costs nothing."""
        must(asked.keys() <= {"ids"} | FIELDS, "The query parameters are not all known")
        ids = asked.get("ids", "").split(",")
        must(all(re.fullmatch(r"\d{1,19}", each) for each in ids), "The `ids` query parameter value is not valid")
        must(len(ids) <= 100, "The number of values in the `ids` query parameter list is more than 100")
        found, gone = self.world.looked_up(ids, self.clock.now())
        page = self._page(found, asked)
        errors = [*gone, *page.get("errors", [])]
        return self._answer(page | ({"errors": errors} if errors else {}), asked)

    def _page(self, posts: list[Json], asked: Asked) -> Json:
        fields = self._fields(asked)
        expansions = {each for each in asked.get("expansions", "").split(",") if each}
        includes, errors = self._expanded(posts, expansions, fields)
        referred = [each["id"] for each in includes.get("tweets", [])]
        charged_users = [each["id"] for each in includes.get("users", [])]
        self.bill.charge(self._today(), posts=[*(post["id"] for post in posts), *referred], users=charged_users)
        page: Json = {"data": [only(post, fields) for post in posts], "includes": includes, "errors": errors}
        return {name: value for name, value in page.items() if value}

    @staticmethod
    def _fields(asked: Asked) -> set[str]:
        """The request's dialect decides: names of the other are ignored, unknown ones refused (X's users say)."""
        names = [each for key in ("tweet.fields", "post.fields") for each in asked.get(key, "").split(",") if each]
        must({OLD_SPELLING.get(each, each) for each in names} <= POST_FIELDS, "Unknown value of the fields parameter")
        spelling = NEW_SPELLING if "post.fields" in asked else {}
        return DEFAULT_POST_FIELDS | {each for each in POST_FIELDS if spelling.get(each, each) in names}

    def _expanded(self, posts: list[Json], expansions: set[str], fields: set[str]) -> tuple[Json, list[Json]]:
        """X docs: expansions. What is gone is named in `errors`; pictures are missing without a word."""
        includes: Json = {}
        errors: list[Json] = []
        if "attachments.media_keys" in expansions:
            includes["media"] = attached(posts, "media_keys", self.world.media)
        if "attachments.poll_ids" in expansions:
            includes["polls"] = attached(posts, "poll_ids", self.world.polls)
        if expansions & {"referenced_tweets.id", "referenced_posts"}:
            ids = [each["id"] for post in posts for each in post.get("referenced_tweets", [])]
            found, gone = self.world.looked_up(ids, self.clock.now(), "referenced_tweets.id")
            includes["tweets"], errors = [only(post, fields) for post in found], [*errors, *gone]
        if "author_id" in expansions:
            ids = [post["author_id"] for post in posts if "author_id" in post]
            includes["users"], gone = looked_up(ids, self.world.users, "author_id")
            errors = [*errors, *gone]
        return {name: value for name, value in includes.items() if value}, errors

    def _answer(self, body: Json, asked: Asked) -> web.Response:
        """The request's spelling decides the answer's (measured by X's users, Aug 2026)."""
        is_new = "post.fields" in asked or self.new_words_only
        return web.json_response(spelt(body, NEW_SPELLING) if is_new else body)

    # --------------------------------------------------------------------------------------------------------- others

    def users_by(self, asked: Asked) -> web.Response:
        """X docs: users by username. One badly formed name refuses them all."""
        names = asked.get("usernames", "").split(",")
        well_formed = all(re.fullmatch(r"[A-Za-z0-9_]{1,15}", each) for each in names)
        must(well_formed and len(names) <= 100, "The `usernames` query parameter value is not valid")
        by_name = {each["username"].casefold(): each for each in self.world.users.values()}
        return self._people(
            asked, names, {name: by_name[name.casefold()] for name in names if name.casefold() in by_name}
        )

    def users(self, asked: Asked) -> web.Response:
        ids = asked.get("ids", "").split(",")
        must(all(each.isdecimal() for each in ids) and len(ids) <= 100, "The `ids` query parameter is not valid")
        return self._people(asked, ids, self.world.users)

    def _people(self, asked: Asked, names: list[str], known: dict[str, Json]) -> web.Response:
        """X docs: a user's id, name and username come always, the rest where it was asked for."""
        fields = {each for each in asked.get("user.fields", "").split(",") if each}
        must(fields <= USER_FIELDS, "Unknown value of the `user.fields` query parameter")
        people = {name: only(each, DEFAULT_USER_FIELDS | fields) for name, each in known.items()}
        found, gone = looked_up(names, people, "usernames")
        self.bill.charge(self._today(), users=[each["id"] for each in found])
        body = {name: value for name, value in (("data", found), ("errors", gone)) if value}
        return web.json_response(body)

    def usage(self, asked: Asked) -> web.Response:
        """X docs: usage. Numbers are strings since OpenAPI 2.167."""
        days = number(asked.get("days", "7"))
        fields = {each for each in asked.get("usage.fields", "").split(",") if each} or {"project_usage", "project_cap"}
        must(1 <= days <= 90 and fields <= USAGE_FIELDS, "The `days` query parameter value is not between 1 and 90")
        counted = [self._today() - DAY * ago for ago in range(days)]
        usage = [{"date": f"{day}T00:00:00.000Z", "usage": self._numeral(self.bill.posts_on(day))} for day in counted]
        data = {
            "cap_reset_day": 1,
            "project_id": self._numeral(1),
            "project_cap": self._numeral(3_000_000),
            "project_usage": self._numeral(sum(self.bill.posts_on(day) for day in counted)),
            "daily_project_usage": {"project_id": self._numeral(1), "usage": usage[::-1]},
        }
        return web.json_response({"data": only(data, fields)})

    def _numeral(self, count: int) -> str | int:
        return str(count) if self.numbers_as_text else count

    def oembed(self, asked: Asked) -> web.Response:
        """X docs: oEmbed. No sign-in, no bill."""
        match = re.fullmatch(r"https://(?:x|twitter)\.com/\w+/status/(\d+)", asked.get("url", ""))
        post = self.world.posts.get(match[1] if match else "")
        user = self.world.users.get(post.get("author_id", "")) if post else None
        reason = self.world.why_absent(post["id"]) if post else "deleted"
        if reason in ("protected", "suspended"):
            return not_authorised_embed()
        if not post or not user or reason:
            return missing_page()
        address = f"https://x.com/{user['username']}"
        body = {"author_name": user["name"], "author_url": address, "url": f"{address}/status/{post['id']}"}
        return web.json_response(body | {"type": "rich", "version": "1.0", "html": "<blockquote></blockquote>"})


def must(holds: bool, message: str) -> None:  # noqa: FBT001 - reads as a sentence where it is called
    if not holds:
        raise Refused(message)


def number(text: str) -> int:
    must(text.isdecimal(), "not a number")
    return int(text)


def _moment(text: str) -> datetime:
    must(bool(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.000)?Z", text)), "not a time of whole seconds")
    return datetime.fromisoformat(text)


def _next(moment: datetime, step: timedelta) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((moment - midnight) // step + 1) * step


def _spelt(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"
