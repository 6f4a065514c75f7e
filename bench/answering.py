"""Our server without its work: a message is verified, opened and answered, encrypted, but neither
understood nor kept. What the webhook's rate is compared with.
"""

from __future__ import annotations

from unittest.mock import patch

from flask import Flask

import bot
from desk.message import Message
from handlers.inbound import Inbound

REPLY = "已登记，编号1128-01，已派给锦绣物业，2小时内联系您。着急请拨打社区值班电话。"


class Answering(Inbound):
    """It answers, and that is all."""

    def __call__(self, message: Message) -> str:  # noqa: ARG002  the same for all
        return REPLY


def create_app() -> Flask:
    with patch("bot.Inbound", Answering):
        return bot.create_app()
