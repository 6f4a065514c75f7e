"""What the channel tests share: a desk that remembers, and a postman."""

from __future__ import annotations

from flask import Blueprint, Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from channels.simulator import Delivery
from desk.message import Message


class Desk:
    """An inbox that remembers what it was given, then replies or fails."""

    def __init__(self, reply: str | None = None, error: Exception | None = None) -> None:
        self.reply = reply
        self.error = error
        self.messages: list[Message] = []

    def __call__(self, message: Message) -> str | None:
        self.messages.append(message)
        if self.error is not None:
            raise self.error
        return self.reply


def client_of(pages: Blueprint) -> FlaskClient:
    """A client of an application that has only these pages."""
    app = Flask(__name__)
    app.register_blueprint(pages)
    return app.test_client()


def post(client: FlaskClient, delivery: Delivery) -> TestResponse:
    """Make the vendor's request."""
    path, query, body, headers = delivery
    return client.post(path, query_string=query, data=body, headers=headers)
