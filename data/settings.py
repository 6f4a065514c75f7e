"""Every setting of a deployment, declared, typed and explained once.

Read from `config.toml` (or the file named by HUYING_CONFIG); the environment overrides it, as
HUYING_<NAME> or HUYING_<SECTION>_<NAME>. Secrets belong in the environment only.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from datetime import time
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

ROOT = Path(__file__).resolve().parent.parent
KEY_FILE, NEXT_KEY_FILE = "secret.key", "secret.key.next"


class Wechat(BaseModel):
    """Official Account (服务号)."""

    token: SecretStr = Field(SecretStr(""), description="公众平台“服务器配置”里的 Token")
    appid: str = Field("", description="AppID,安全模式和客服消息都要用")
    secret: SecretStr = Field(SecretStr(""), description="AppSecret;填了才会真的发客服消息")
    aes_key: SecretStr = Field(SecretStr(""), description="EncodingAESKey(43 位),安全模式用")
    only_encrypted: bool = Field(False, description="后台切到安全模式后设为 true:拒收明文消息")
    api_base: str = Field("https://api.weixin.qq.com", description="接口地址,测试时可换成假的")
    template_id: str = Field(
        "",
        description="模板消息的模板 ID:居民超过 48 小时没说话时用它通知;空着就等居民再说话时补发",
    )
    template_api: Literal["template", "subscribe"] = Field(
        "template", description="模板的种类:template = 模板消息,subscribe = 订阅通知"
    )
    template_fields: str = Field(
        "thing1=text",
        pattern=r"^\s*([a-z_]+\d+=(text|number|time)\s*)+$",
        description="模板里的字段填什么:字段名=text(内容)、number(编号)、time(时间),空格隔开",
    )


class Wecom(BaseModel):
    """WeCom self-built app (企业微信自建应用) and group robot: how workers are reached."""

    corpid: str = Field("", description="企业 ID(“我的企业”页面最下面)")
    agentid: int = Field(0, ge=0, description="自建应用的 AgentId")
    secret: SecretStr = Field(SecretStr(""), description="自建应用的 Secret;填了才会真的发消息")
    token: SecretStr = Field(SecretStr(""), description="应用“接收消息”里的 Token")
    aes_key: SecretStr = Field(
        SecretStr(""), description="应用“接收消息”里的 EncodingAESKey(43 位)"
    )
    api_base: str = Field("https://qyapi.weixin.qq.com", description="接口地址,测试时可换成假的")
    robot_key: SecretStr = Field(
        SecretStr(""), description="群机器人 webhook 地址里的 key:往群里发通知用"
    )

    def missing(self) -> tuple[str, ...]:
        """What is lacking where only some of the app is configured: names of the settings."""
        have = {
            "corpid": bool(self.corpid),
            "agentid": bool(self.agentid),
            "secret": bool(self.secret.get_secret_value()),
            "token": bool(self.token.get_secret_value()),
            "aes_key": bool(self.aes_key.get_secret_value()),
        }
        return (
            tuple(name for name, there in have.items() if not there) if any(have.values()) else ()
        )

    @property
    def configured(self) -> bool:
        """Whether the app can both hear and speak."""
        return bool(self.corpid) and not self.missing()


class Aibot(BaseModel):
    """WeCom smart robot (智能机器人): how group chats reach us."""

    token: SecretStr = Field(SecretStr(""), description="智能机器人“接收消息”里的 Token")
    aes_key: SecretStr = Field(SecretStr(""), description="EncodingAESKey(43 位)")
    name: str = Field("", description="机器人在群里的名字,去掉消息开头的 @名字 用")


class Dialog(BaseModel):
    """How the bot asks back."""

    questions: int = Field(2, ge=0, le=5, description="一条诉求最多追问几次")
    silence_minutes: int = Field(30, ge=1, description="问了没人答,过多少分钟就按已知内容登记")
    ask_below: float = Field(
        0.45, ge=0, le=1, description="分类把握低于这个数就问一句(给两三个选项)"
    )


class Loop(BaseModel):
    """The closed loop after a job is done."""

    close_days: int = Field(3, ge=1, description="办结后多少天没有回音就按“未评价”结案")
    duty_ack_minutes: int = Field(5, ge=1, description="紧急事项多少分钟没人接,就叫值班链的下一位")


class Quiet(BaseModel):
    """Nobody is disturbed at night, but for U0 and U1."""

    hours: Literal["auto", "on", "off"] = Field(
        "auto", description="夜间免打扰：auto = 接通真实通道才生效，模拟器里随时送达"
    )
    start: time = Field(time(22, 0), description="免打扰从几点开始")
    end: time = Field(time(7, 0), description="免打扰到几点结束")
    digest_at: time = Field(time(8, 30), description="每天几点给办理人发待办汇总")


class Outbox(BaseModel):
    """Pushing messages to people."""

    couriers: int = Field(4, ge=1, le=32, description="同时发几条消息")
    poll_seconds: float = Field(0.3, gt=0, description="多久看一次有没有待发的消息")
    lease_seconds: int = Field(60, ge=5, description="发送时占用多久;超过就算“不知到没到”")
    attempts: int = Field(24, ge=1, description="最多重试几次,之后列为死信")


class Practices(BaseModel):
    """Wishes, posts, visits, votes: the terms by which they run."""

    review_days: int = Field(3, ge=1, description="心愿、岗位等提交后多少天没审核就再提醒")
    claim_days: int = Field(14, ge=1, description="认领后多少天没送达就失效,重新发布")
    relist_days: int = Field(14, ge=1, description="心愿发布后多少天没人认领就重新推荐一次")
    answer_days: int = Field(
        180, ge=1, description="专家的答复多少天内直接给下一个人,过后先请他核实"
    )
    follow_days: int = Field(30, ge=1, description="调解达成协议后多少天回访,才能结案")
    rating: bool = Field(True, description="事情办好、评了满意以后,再问一句单位和人怎么样(自愿)")
    points_minutes: int = Field(5, ge=0, description="积分最多多少分钟按日志重算一次")
    repeat_pair: int = Field(3, ge=1, description="同一个人一季度给同一个人的好评超过几次就先核实")
    compare: bool = Field(False, description="各单位的对比榜,只看办成的事;缺省不开")


class Media(BaseModel):
    """Photos that residents send."""

    days: int = Field(180, ge=1, description="照片保存多少天,之后删除")


class Retention(BaseModel):
    """How long what people say is kept; the privacy notice in replies.toml says the same."""

    chat_hours: int = Field(24, ge=2, description="没有登记成事项的聊天,多少小时内删除")
    raw_days: int = Field(30, ge=1, description="登记成事项的聊天原文和通知内容保存多少天")
    issue_years: int = Field(3, ge=1, description="事项结案多少年后去掉个人信息")


class Log(BaseModel):
    """What the program writes to standard error."""

    format: Literal["text", "json"] = Field("text", description="日志写成文字还是一行一个 JSON")


class Metrics(BaseModel):
    """Figures for Prometheus."""

    token: SecretStr = Field(
        SecretStr(""), description="读 /metrics 要带的 Bearer 口令;空着就谁都能读(不含个人信息)"
    )


class Limits(BaseModel):
    """How fast people may write, and how old a callback may be."""

    sender_per_minute: int = Field(
        30, ge=1, description="一位居民一分钟最多处理几条;多的先存下,缓过来再处理,紧急的照办"
    )
    group_per_minute: int = Field(120, ge=1, description="一个群一分钟最多处理几条,其余同上")
    clock_minutes: int = Field(
        60, ge=0, description="回调的时间戳差几分钟以上就拒收,防重放;0 = 不查"
    )


class Api(BaseModel):
    """What programs may ask for."""

    open311_public: bool = Field(
        True, description="Open311 查询不要密钥（只给不涉密的事，不含个人信息）;false = 都要密钥"
    )
    private_webhooks: bool = Field(
        False, description="允许把事件推到内网地址和 http,只在内网自己用时打开"
    )


class Console(BaseModel):
    """Staff signing in to /console."""

    https: Literal["auto", "on"] = Field(
        "auto",
        description="登录 Cookie 只走 https:auto = 看这次访问;on = 前面有 nginx 做 https 时填",
    )
    idle_minutes: int = Field(120, ge=5, description="多久不操作就要重新登录")
    hours: int = Field(12, ge=1, le=168, description="一次登录最长几小时")
    tries: int = Field(5, ge=3, le=20, description="连续输错几次密码就锁定")
    lock_minutes: int = Field(15, ge=1, description="锁定多少分钟")


class Settings(BaseSettings):
    """One deployment."""

    model_config = SettingsConfigDict(
        env_prefix="HUYING_", env_nested_delimiter="_", env_nested_max_split=1, extra="forbid"
    )

    data_dir: Path = Field(ROOT / "data" / "run", description="数据库和运行文件放哪里")
    database_url: str = Field(
        "",
        description="sqlite:///路径 或 postgresql://用户@主机/库;空着就是 data_dir 里的 huying.db",
    )
    cache_dir: Path = Field(
        ROOT / "data" / "run" / "cache", description="训练好的模型放哪里;可以随时删掉,会重新训练"
    )
    content_dir: Path = Field(ROOT / "data" / "content", description="分类目录、回复用语、词表")
    admin_password: SecretStr = Field(
        SecretStr(""), description="管理员 admin 第一次登录的密码;空着就看启动时显示的一次性设置码"
    )
    host: str = Field("127.0.0.1", description="监听地址")
    port: int = Field(8000, ge=1, le=65535, description="监听端口(环境变量 PORT 优先)")
    threads: int = Field(64, ge=1, le=256, description="服务线程数")
    simulator: Literal["auto", "on", "off"] = Field(
        "auto",
        description="/chat 模拟器:auto = 没有填 AppSecret 时才开;它能扮演任何人,正式使用时必须关",
    )
    wechat: Wechat = Field(default_factory=lambda: Wechat())
    wecom: Wecom = Field(default_factory=lambda: Wecom())
    aibot: Aibot = Field(default_factory=lambda: Aibot())
    dialog: Dialog = Field(default_factory=lambda: Dialog())
    loop: Loop = Field(default_factory=lambda: Loop())
    quiet: Quiet = Field(default_factory=lambda: Quiet())
    outbox: Outbox = Field(default_factory=lambda: Outbox())
    media: Media = Field(default_factory=lambda: Media())
    retention: Retention = Field(default_factory=lambda: Retention())
    log: Log = Field(default_factory=lambda: Log())
    metrics: Metrics = Field(default_factory=lambda: Metrics())
    limits: Limits = Field(default_factory=lambda: Limits())
    api: Api = Field(default_factory=lambda: Api())
    practices: Practices = Field(default_factory=lambda: Practices())
    previous_key: SecretStr = Field(
        SecretStr(""),
        description="换密钥时填原来的 HUYING_SECRET_KEY,再运行 rotate-key;换完删掉",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="本部署的密钥,几台机器要一样;空着就自己生成一个,放在 data_dir 的 secret.key",
    )
    console: Console = Field(default_factory=lambda: Console())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        config = Path(os.environ.get("HUYING_CONFIG", ROOT / "config.toml"))
        toml = TomlConfigSettingsSource(settings_cls, toml_file=config)
        return init_settings, env_settings, toml

    @property
    def url(self) -> str:
        """The database's address."""
        return self.database_url or f"sqlite:///{self.data_dir / 'huying.db'}"

    def secret(self) -> bytes:
        """This deployment's own key: what is hashed with it cannot be guessed from the database."""
        given = self.secret_key.get_secret_value()
        return given.encode() if given else _kept_secret(self.data_dir / KEY_FILE)

    def has_secret(self) -> bool:
        """Whether there is a key, so that none is made up for a store that has one."""
        files = (self.data_dir / KEY_FILE, self.data_dir / NEXT_KEY_FILE)
        return bool(self.secret_key.get_secret_value()) or any(file.exists() for file in files)

    def prepare_next_secret(self) -> bytes:
        """A new key beside the one in use, which a crash in the middle of the change may need."""
        path = self.data_dir / NEXT_KEY_FILE
        path.unlink(missing_ok=True)
        return _kept_secret(path)

    def next_secret(self) -> bytes | None:
        """The key that was being changed to when something stopped the change."""
        path = self.data_dir / NEXT_KEY_FILE
        return path.read_bytes() if path.exists() else None

    def take_up_next_secret(self) -> None:
        """From now on that is the key."""
        (self.data_dir / NEXT_KEY_FILE).replace(self.data_dir / KEY_FILE)

    @property
    def photos(self) -> Path:
        """Where residents' photos lie; several machines must share it."""
        return self.data_dir / "media"

    @property
    def phone_photos(self) -> Path:
        """Where the simulator keeps what is sent from its phones, as a vendor would."""
        return self.data_dir / "phones"

    @property
    def simulated(self) -> bool:
        """Whether `/chat` is served and pushes go to the simulated phones."""
        if self.simulator == "auto":
            return not self.wechat.secret.get_secret_value() and not self.wecom.configured
        return self.simulator == "on"


def without_password(address: str) -> str:
    """A database's address as it may be shown."""
    hidden = re.sub(r"(://[^:/@]*:)[^@]*(?=@)", r"\1***", address)
    return re.sub(r"(\bpassword=)[^&]*", r"\1***", hidden)


class BadSettings(ValueError):  # noqa: N818
    """config.toml or an environment variable is wrong; the text says which and why."""


def _kept_secret(path: Path) -> bytes:
    """A key made once, which only this user may read; of two who make it the first one's counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        _write_through(made, secrets.token_hex(32).encode())
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
        _force_names(path.parent)
    key = path.read_bytes()
    if not key:  # a disk that lost it; whatever was hashed with it needs the old one
        raise BadSettings(f"{path} 是空的：从备份里放回原来的，或者用 HUYING_SECRET_KEY 给出")
    return key


def _write_through(path: Path, content: bytes) -> None:
    """On the disk when it returns: a power cut would leave a name without a key."""
    path.touch(mode=0o600)
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _force_names(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def load_settings() -> Settings:
    """Settings from config.toml and the environment; BadSettings names every wrong key."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, e['loc']))}: {e['msg']}"
            for e in error.errors(include_input=False, include_url=False)
        ]
        raise BadSettings("设置有误 — " + ";".join(lines)) from None
