"""Files for one person. Slack takes a file first and shows it to nobody until it hears for whom it is: only that last
request can do something twice."""

from adapters.slack.api import Api, Calls
from adapters.slack.line import Json
from adapters.slack.show.render import render
from bot.domain.harmless import cut, one_line
from bot.errors import Unavailable
from bot.views import File, Message

NOT_ALLOWED = (
    "Staffroom may not send files in this Slack workspace. Whoever looks after it can allow that: on the app's page at "
    "api.slack.com/apps, under OAuth & Permissions, add the right files:write, then install the app again."
)
LONGEST_NAME = 200
_NAMELESS = "file.txt"
_TAKES_NONE = "Slack did not take the file. It is tried again later."


class Files:
    def __init__(self, api: Api, calls: Calls) -> None:
        self._api = api
        self._calls = calls

    async def give(self, workspace: str, person: str, message: Message) -> None:
        """In the person's direct message, with what the message says: as blocks, in which no text means anything."""
        taken = [await self._hand_in(workspace, file) for file in message.files]
        await self._calls.write(
            workspace,
            "files.completeUploadExternal",
            files=taken,
            channels=person,
            blocks=render(message).blocks,
        )

    async def _hand_in(self, workspace: str, file: File) -> Json:
        name, contents = _name_of(file), file.bytes
        place = await self._calls.read(
            workspace, "files.getUploadURLExternal", filename=name, length=str(len(contents))
        )
        if not place.get("file_id"):
            raise Unavailable(_TAKES_NONE)
        await self._api.upload(str(place.get("upload_url")), contents)
        return {"id": str(place["file_id"]), "title": name}


def _name_of(file: File) -> str:
    return cut(one_line(file.name), LONGEST_NAME) or _NAMELESS
