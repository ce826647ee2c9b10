"""Files of a loopback Slack: handed in first, shown once it is said to whom. Its rules stand, with their sources, in
`slack_server_rules`."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from tests.rigs.slack_server_blocks import check_message_blocks
from tests.rigs.slack_server_calls import Call
from tests.rigs.slack_server_messages import named
from tests.rigs.slack_server_rules import Refused
from tests.rigs.slack_server_trouble import Faults, cut, failing
from tests.rigs.slack_server_world import Channel, Json, Message, Upload, World

UPLOAD = "upload"
"""What the handing in of a file is called where something is to go wrong with it."""


def upload_address(world: World, call: Call) -> Json:
    """`url` is put before the address by the server, which knows where it serves."""
    name, length = call.text("filename"), call.text("length")
    if not name or not length.isdigit() or not int(length):
        raise Refused("invalid_arguments")
    file = world.new_id("F")
    world.uploads[file] = Upload(call.team.id, name, int(length))
    return {"upload_url": f"/upload/v1/{file}", "file_id": file}


def complete_upload(world: World, call: Call) -> Json:
    given, wanted = call.arguments.get("files"), [each for each in call.text("channels").split(",") if each]
    if not isinstance(given, list) or not given or not all(isinstance(each, dict) for each in given):
        raise Refused("invalid_arguments")
    uploads = [_handed_in(world, call, str(each.get("id"))) for each in given]
    channels = [_place(call, each) for each in wanted]
    text, blocks = _words(call)
    for upload in uploads:
        upload.is_complete = True
    for channel in channels:
        message = Message(world.new_ts(), channel.id, call.team.bot.id, text, blocks, by_app=True)
        message.files = [(upload.name, upload.contents or b"") for upload in uploads]
        channel.messages.append(message)
    return {"files": [{"id": each["id"], "title": each.get("title") or ""} for each in given]}


def _words(call: Call) -> tuple[str, list[Json]]:
    """With an initial comment the blocks are ignored. A markdown block is an error of Slack's own."""
    comment, blocks = call.text("initial_comment"), call.arguments.get("blocks") or []
    if comment or not blocks:
        return comment, []
    if any(each.get("type") == "markdown" for each in blocks):
        raise Refused("internal_error")
    check_message_blocks(blocks)
    return "", named(blocks)


def _handed_in(world: World, call: Call, file: str) -> Upload:
    upload = world.uploads.get(file)
    if upload is None or upload.team != call.team.id or upload.contents is None or upload.is_complete:
        raise Refused("file_not_found")
    return upload


def _place(call: Call, wanted: str) -> Channel:
    if wanted in call.team.users and not call.team.users[wanted].is_bot:
        return call.team.conversation_with(wanted)
    channel = call.team.channels.get(wanted)
    if channel is None or (channel.is_private and call.team.bot.id not in channel.members):
        raise Refused("channel_not_found")
    if call.team.bot.id not in channel.members:
        raise Refused("not_in_channel")
    return channel


def taker(world: World, faults: Faults) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Serves the addresses that files are handed in at: whoever knows one may, no token is asked for."""

    async def take(request: web.Request) -> web.StreamResponse:
        fault = faults.due(UPLOAD)
        if fault in ("dropped", "slow"):
            return cut(request)
        if fault and fault != "done, then dropped":
            return failing(fault)
        upload = world.uploads.get(request.match_info["file"])
        contents = await request.read()
        if upload is None or upload.is_complete or "Authorization" in request.headers:
            return web.Response(status=404, text="not found")
        if len(contents) != upload.length:
            return web.Response(status=400, text="another length was said")
        upload.contents = contents
        return cut(request) if fault else web.Response(text=f"OK - {len(contents)}")

    return take
