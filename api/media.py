"""Photos of an issue: which there are, and what they show."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from api.issues import find
from api.operations import Call, File, Operation
from api.problems import Problem
from api.shapes import SHA
from data.rows import Issue, MediaKind, MediaStatus, StoredMedia
from data.tables import issues
from data.tables import media as table
from desk import access, events
from desk.service import Act


class MediaView(BaseModel):
    """一个附件。居民发来的照片去掉了拍摄地点和设备信息。"""

    sha: str | None = Field(description="拿它取照片；没有就还没取到、没收下，或者已经到期删除")
    kind: MediaKind = Field(description="image、voice、video；语音和视频只记有过，不保存")
    status: MediaStatus = Field(
        description="waiting 在取，kept 已存，refused 没收，dead 取不到，gone 已删，noted 只记有过"
    )
    cause: str = Field(description="没收下或取不到的原因")
    type: str | None
    width: int | None
    height: int | None
    bytes: int | None
    at: datetime = Field(description="几时发来的")


class MediaList(BaseModel):
    """一件事项（和并入它的事项）的附件。"""

    items: list[MediaView]


def listed(call: Call[Any, None]) -> MediaList:
    """The files of an issue that the key may see."""
    issue = find(call)
    files = table.of_issue(call.act.tx, issue.id)
    return MediaList(items=[_view(file) for file in files if may_see(call.act, file, issue)])


def picture(call: Call[Any, None]) -> File:
    """What a photo shows, if it belongs to an issue that the key may see. The look is logged."""
    sha = call.path["sha"]
    found = table.by_sha(call.act.tx, sha) if re.fullmatch(SHA, sha) else []
    for file in found:
        issue = issues.by_id(call.act.tx, file.issue) if file.issue else None
        if issue is not None and may_see(call.act, file, issue):
            content = call.act.service.album.read(sha)
            if content is not None:
                looked = {"photos": 1, "token": call.token.name}
                events.append(call.act, issue, "look", data=looked)
                return File(content, file.type)
    raise Problem("not_found", sha)


def may_see(act: Act, file: StoredMedia, issue: Issue) -> bool:
    """Who works on it or answers for it, as with the details in chat; and whoever sent it.

    Neighbours who joined an issue do not see what another's home looks like.
    """
    if not access.may_see(act, issue, act.person):
        return False
    works = access.who_is(act, issue, act.person) & {"owner", "party", "overseer"}
    return bool(works) or file.person == act.person.id


def _view(file: StoredMedia) -> MediaView:
    kept = file.status == "kept"
    return MediaView(
        sha=file.sha if kept else None,
        kind=file.kind,
        status=file.status,
        cause=file.cause,
        type=file.type if kept else None,
        width=file.width if kept else None,
        height=file.height if kept else None,
        bytes=file.bytes if kept else None,
        at=file.at,
    )


OPERATIONS = (
    Operation(
        "list_media", "GET", "/issues/<reference>/media", "personal", MediaList, listed,
        problems=(404,), tag="media",
    ),
    Operation(
        "get_media", "GET", "/media/<sha>", "personal", File, picture, problems=(404,), tag="media",
        logged=True,
    ),
)  # fmt: skip
