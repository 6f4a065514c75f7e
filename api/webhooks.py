"""Where a program wants to hear of events: subscribe, list, end."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.operations import Body, Call, Operation
from api.problems import Problem
from api.shapes import Kept
from data.rows import Webhook
from data.tables import api_tokens as table
from desk import webhooks
from desk.addresses import BadAddress, check_url

# ASCII by ranges: what \s means differs between the languages that read this from the document.
_URL = r"^https?://[!-\"$-.0->A-~]+(?:[/?][!-\"$-~]*)?$"


class NewWebhook(Body):
    """往哪里推，推什么。"""

    url: Annotated[str, Field(max_length=500, pattern=_URL), Kept] = Field(
        description="收事件的地址，要 https"
    )
    events: list[Annotated[str, Field(json_schema_extra={"known": "action"})]] = Field(
        default_factory=list, max_length=60, description="只推这些动作；空是全部"
    )
    personal: bool = Field(False, description="带上个人信息；密钥要有 personal 权限，每条都记日志")


class WebhookView(BaseModel):
    """一个推送地址。"""

    id: int
    url: str
    events: list[str]
    personal: bool
    created_at: datetime
    after: int = Field(description="已经排进队列的最后一条事件的 cursor")


class Subscribed(WebhookView):
    """新的推送地址，和只显示这一次的签名密钥。"""

    secret: str = Field(description="签名密钥，只显示这一次")


class Webhooks(BaseModel):
    """在用的推送地址。"""

    items: list[WebhookView]


def subscribe(call: Call[Any, NewWebhook]) -> Subscribed:
    body, settings = call.body, call.act.service.settings
    unknown = [a for a in body.events if f"action.{a}" not in call.act.service.content.replies]
    if unknown:
        raise Problem("unknown_action", "、".join(unknown))
    try:
        check_url(body.url, private=settings.api.private_webhooks)
    except BadAddress as bad:
        raise Problem("bad_address", body.url) from bad
    try:
        hook = webhooks.subscribe(
            call.act.tx, call.token, body.url, body.events,
            personal=body.personal, now=call.act.now,
        )  # fmt: skip
    except webhooks.PersonalNeedsScope as lacking:
        raise Problem("no_scope", "personal") from lacking
    return Subscribed(**_view(hook).model_dump(), secret=hook.secret)


def _view(hook: Webhook) -> WebhookView:
    return WebhookView(
        id=hook.id,
        url=hook.url,
        events=list(hook.events),
        personal=hook.personal,
        created_at=hook.created_at,
        after=hook.after,
    )


def every(call: Call[Any, None]) -> Webhooks:
    """Those of this key."""
    return Webhooks(items=[_view(hook) for hook in _own(call)])


def end(call: Call[Any, None]) -> None:
    found = [hook for hook in _own(call) if str(hook.id) == call.path["webhook"]]
    if not found:
        raise Problem("not_found", call.path["webhook"])
    table.close(call.act.tx, found[0].id, call.act.now, "ended")


def _own(call: Call[Any, Any]) -> list[Webhook]:
    return [hook for hook in table.open_webhooks(call.act.tx) if hook.token == call.token.id]


OPERATIONS = (
    Operation(
        "subscribe", "POST", "/webhooks", "admin", Subscribed, subscribe, body=NewWebhook,
        status=201, tag="webhooks",
    ),
    Operation("webhooks", "GET", "/webhooks", "admin", Webhooks, every, tag="webhooks"),
    Operation(
        "unsubscribe", "DELETE", "/webhooks/<webhook>", "admin", None, end, status=204,
        problems=(404,), tag="webhooks",
    ),
)  # fmt: skip
