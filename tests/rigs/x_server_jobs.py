"""Batch compliance jobs of the loopback X, and the store where lists of ids are put and fetched (X docs: batch
compliance; the store is another host there, and gets no token)."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web

from tests.rigs.x_server_api import Clock, Refused, must
from tests.rigs.x_server_faults import conflict, empty_404
from tests.rigs.x_server_world import Json, World

UPLOADS_EXPIRE = timedelta(minutes=15)
DOWNLOADS_EXPIRE = timedelta(days=7)


@dataclass
class _Job:
    id: str
    created_at: datetime
    name: str = ""
    uploaded_at: datetime | None = None
    ids: list[str] = field(default_factory=list)


@dataclass
class Jobs:
    """A job `takes` that long from its upload on. `extra_lines` are added to what comes down."""

    clock: Clock
    world: World
    takes: timedelta = timedelta(0)
    fails: bool = False
    extra_lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.jobs: dict[str, _Job] = {}
        self.base = ""

    def create(self, body: Json) -> web.Response:
        must(body.keys() <= {"type", "name", "resumable"}, "The body has fields that are not known")
        must(body.get("type") in ("tweets", "users"), "The `type` is not known")
        must(len(body.get("name", "")) <= 64, "The `name` is longer than 64 characters")
        if any(self._status(job) in ("created", "in_progress") for job in self.jobs.values()):
            return conflict(self.clock.now())
        job = _Job(str(1_420_000_000_000_000_000 + len(self.jobs)), self.clock.now(), body.get("name", ""))
        self.jobs[job.id] = job
        return web.json_response({"data": self._described(job)})

    def get(self, job_id: str) -> web.Response:
        if job_id not in self.jobs:
            return empty_404(self.clock.now())
        return web.json_response({"data": self._described(self.jobs[job_id])})

    def upload(self, job_id: str, content: bytes) -> web.Response:
        job = self.jobs[job_id]
        if job.uploaded_at or self.clock.now() - job.created_at > UPLOADS_EXPIRE:
            return web.Response(status=403, text="<?xml version='1.0'?><Error><Code>ExpiredToken</Code></Error>")
        job.ids = content.decode().split()
        if not all(each.isdecimal() for each in job.ids):
            raise Refused("The list holds what is no id")
        job.uploaded_at = self.clock.now()
        return web.Response()

    def download(self, job_id: str) -> web.Response:
        job = self.jobs[job_id]
        reasons = {each: self.world.why_absent(each) or self._unknown(each) for each in job.ids}
        lines = [
            json.dumps({"id": each, "action": "delete", "created_at": "2026-11-20T10:00:00.000Z", "reason": reason})
            for each, reason in reasons.items()
            if reason
        ]
        return web.Response(text="".join(f"{each}\n" for each in [*lines, *self.extra_lines]))

    def _unknown(self, post_id: str) -> str:
        return "" if post_id in self.world.posts else "deleted"

    def _status(self, job: _Job) -> str:
        if job.uploaded_at is None:
            return "created" if self.clock.now() - job.created_at <= UPLOADS_EXPIRE else "expired"
        if self.clock.now() - job.uploaded_at < self.takes:
            return "in_progress"
        return "failed" if self.fails else "complete"

    def _described(self, job: _Job) -> Json:
        return {
            "id": job.id,
            "type": "tweets",
            "name": job.name,
            "resumable": False,
            "status": self._status(job),
            "created_at": _spelt(job.created_at),
            "upload_url": f"{self.base}/_storage/{job.id}/submission?X-Goog-Signature=invented",
            "upload_expires_at": _spelt(job.created_at + UPLOADS_EXPIRE),
            "download_url": f"{self.base}/_storage/{job.id}/result?X-Goog-Signature=invented",
            "download_expires_at": _spelt(job.created_at + DOWNLOADS_EXPIRE),
        }


def _spelt(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"
