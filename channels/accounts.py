"""From a deployment's settings to each channel's account, and what can be had from it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from datetime import datetime

from channels import aibot, wechat, wecom
from channels.access_token import TokenStore
from channels.aibot_media import AibotMedia
from channels.simulated_media import SimulatedMedia
from channels.vendor_api import VendorTime
from channels.wechat_media import WechatMedia
from channels.wechat_template import template_fields
from channels.wecom_media import WecomMedia
from data.settings import Settings
from desk.message import MediaSource


def has_account(settings: Settings) -> bool:
    """Whether there is an Official Account, real or simulated; WeCom alone is enough too."""
    has_token = bool(settings.wechat.token.get_secret_value())
    return settings.simulated or has_token or not settings.wecom.configured


def pushable(settings: Settings) -> tuple[str, ...]:
    """Channels over which a person can be pushed to, the best first: cards have buttons."""
    has = {wecom.CHANNEL: settings.wecom.configured, wechat.CHANNEL: has_account(settings)}
    return tuple(channel for channel, there in has.items() if there)


def wecom_app(settings: Settings) -> wecom.WecomConfig:
    """The self-built app's credentials."""
    app = settings.wecom
    return wecom.WecomConfig(
        token=app.token.get_secret_value(),
        corp_id=app.corpid,
        agent_id=app.agentid,
        aes_key=app.aes_key.get_secret_value(),
        secret=app.secret.get_secret_value(),
        api_base=app.api_base,
        max_age=max_age(settings),
    )


def max_age(settings: Settings) -> float | None:
    """How many seconds old a callback's signature may be."""
    return settings.limits.clock_minutes * 60.0 or None


def official_account(settings: Settings) -> wechat.WechatConfig:
    """The account's credentials; the simulator makes up a token when there is none."""
    account = settings.wechat
    token = account.token.get_secret_value()
    if not token and settings.simulated:
        token = secrets.token_hex(16)
    return wechat.WechatConfig(
        token=token,
        app_id=account.appid,
        secret=account.secret.get_secret_value(),
        aes_key=account.aes_key.get_secret_value(),
        api_base=account.api_base,
        max_age=max_age(settings),
        only_encrypted=account.only_encrypted,
        template_id=account.template_id,
        template_api=account.template_api,
        template_fields=template_fields(account.template_fields),
    )


def robot(settings: Settings) -> aibot.AibotConfig:
    """The smart robot's credentials, made up where there are none: then nobody gets in."""
    token = settings.aibot.token.get_secret_value() or secrets.token_hex(16)
    made_up = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return aibot.AibotConfig(
        token=token,
        aes_key=settings.aibot.aes_key.get_secret_value() or made_up,
        robot_name=settings.aibot.name,
        max_age=max_age(settings),
    )


def sources(
    settings: Settings,
    tokens: TokenStore,
    clock: Callable[[], datetime],
    heard: VendorTime | None = None,
) -> dict[str, MediaSource]:
    """Where photos are fetched from, by the channel they came over."""
    seconds: Callable[[], float] = lambda: clock().timestamp()  # noqa: E731
    found: dict[str, MediaSource] = {}
    if settings.wecom.configured:
        found[wecom.CHANNEL] = WecomMedia(wecom_app(settings), tokens, clock=seconds, heard=heard)
    if settings.simulated:
        simulated = SimulatedMedia(settings.phone_photos)
        return {**found, wechat.CHANNEL: simulated, aibot.CHANNEL: simulated}
    if has_account(settings):
        account = official_account(settings)
        found[wechat.CHANNEL] = WechatMedia(account, tokens, clock=seconds, heard=heard)
    if settings.aibot.aes_key.get_secret_value():
        found[aibot.CHANNEL] = AibotMedia(robot(settings))
    return found
