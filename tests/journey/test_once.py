"""A message delivered several times is one message, whoever delivers it; a push is one push."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from xml.etree import ElementTree

import pytest
from wechatpy.crypto import WeChatCrypto

from channels.simulator import Delivery
from tests.journey.account import AES_KEY, APP_ID, TOKEN, Account, open_account
from tests.journey.fake_wechat import errcode, half, status

RESIDENT = "sim-lixiulan"
REPORT = "泉馨苑3号楼2单元的楼道灯坏了"


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with open_account(tmp_path / "account") as opened:
        yield opened


# -- messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        REPORT,
        "外来人员凭居住证能不能办理入学",
        "想立个遗嘱,房子给小儿子,怎么弄",
        "家里一股煤气味!!",
    ],
)
def test_three_deliveries_are_one_issue_and_one_answer(account: Account, text: str) -> None:
    delivery = account.client.request("text", RESIDENT, text)
    answers = [account.answer(delivery) for _ in range(3)]
    [issue] = account.issues()
    assert answers[0] is not None
    assert issue.number in answers[0]
    assert answers == [answers[0]] * 3
    assert account.messages() == 1
    queued = account.pushes()
    assert len({push.key for push in queued}) == len(queued) > 0


def test_eight_deliveries_at_the_same_moment_are_one_issue_and_one_answer(
    account: Account,
) -> None:
    delivery = account.client.request("text", RESIDENT, REPORT)
    gate = Barrier(8)

    def deliver(_: int) -> str | None:
        gate.wait(20)
        return account.answer(delivery)

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(deliver, range(8)))
    [issue] = account.issues()
    [answer] = answers
    assert answer is not None
    assert issue.number in answer
    assert (account.messages(), len(account.pushes())) == (1, 1)


def test_the_same_words_said_again_are_another_message(account: Account) -> None:
    for _ in range(2):
        account.answer(account.client.request("text", RESIDENT, "想立个遗嘱,房子给小儿子,怎么弄"))
    assert account.messages() == 2


def test_an_event_delivered_three_times_greets_once_and_counts_once(account: Account) -> None:
    delivery = account.client.request(
        "event", "a-newcomer", event="subscribe", event_key="yard-cyj-1", sent_at=1_700_000_000
    )
    answers = [account.answer(delivery) for _ in range(3)]
    assert answers[0] is not None
    assert "朝阳街小区" in answers[0]
    assert answers == [answers[0]] * 3
    assert account.messages() == 1


def test_a_question_asked_back_is_asked_once(account: Account) -> None:
    first = account.client.request("text", "a-newcomer", "楼道里的声控灯不亮了,没人修")
    asked = [account.answer(first) for _ in range(3)]
    assert asked == [asked[0]] * 3
    assert account.issues() == []
    second = account.client.request("text", "a-newcomer", "朝阳街小区3号楼2单元")
    told = [account.answer(second) for _ in range(3)]
    [issue] = account.issues()
    assert told == [told[0]] * 3
    assert told[0] is not None
    assert issue.number in told[0]
    assert account.answer(first) == asked[0]
    assert len(account.issues()) == 1


# -- callers that share nothing with our code ---------------------------------------------------

MESSAGE = """<xml>
<ToUserName><![CDATA[gh_680bdefc8c5d]]></ToUserName>
<FromUserName><![CDATA[{sender}]]></FromUserName>
<CreateTime>1700000000</CreateTime>
<MsgType><![CDATA[text]]></MsgType>
<Content><![CDATA[{text}]]></Content>
<MsgId>{number}</MsgId>
</xml>"""


def fields(document: str) -> dict[str, str]:
    return {element.tag: element.text or "" for element in ElementTree.fromstring(document)}


def test_as_curl_would_in_plain_mode(account: Account) -> None:
    timestamp, nonce = str(int(time.time())), "263014780"
    signature = hashlib.sha1("".join(sorted([TOKEN, timestamp, nonce])).encode()).hexdigest()
    query = f"signature={signature}&timestamp={timestamp}&nonce={nonce}"
    body = MESSAGE.format(sender=RESIDENT, text=REPORT, number=23456789012345678)
    delivery = Delivery("/wechat", query, body.encode(), {"Content-Type": "text/xml"})
    responses = [account.post(delivery) for _ in range(3)]
    assert [response.status_code for response in responses] == [200] * 3
    replies = [fields(response.data.decode()) for response in responses]
    [issue] = account.issues()
    assert issue.category == "repair.light"
    for reply in replies:
        assert issue.number in reply["Content"]
        assert (reply["ToUserName"], reply["FromUserName"]) == (RESIDENT, "gh_680bdefc8c5d")
        assert reply["MsgType"] == "text"
    assert len({reply["Content"] for reply in replies}) == 1
    forged = Delivery("/wechat", query.replace(signature, "0" * 40), body.encode(), {})
    assert account.post(forged).status_code == 403


def test_as_a_client_library_would_in_safe_mode(account: Account) -> None:
    """wechatpy's own crypto seals the message and opens the reply."""
    crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
    timestamp, nonce = str(int(time.time())), "263014780"
    plain = MESSAGE.format(sender=RESIDENT, text=REPORT, number=23456789012345678)
    sealed = crypto.encrypt_message(plain, nonce, timestamp)
    query = (
        f"timestamp={timestamp}&nonce={nonce}&encrypt_type=aes"
        f"&msg_signature={fields(sealed)['MsgSignature']}"
    )
    delivery = Delivery("/wechat", query, sealed.encode(), {"Content-Type": "text/xml"})
    contents = set()
    for _ in range(3):
        answer = account.post(delivery).data.decode()
        outer = fields(answer)
        opened = crypto.decrypt_message(
            answer, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"]
        )
        contents.add(fields(opened)["Content"])
    [issue] = account.issues()
    [content] = contents
    assert issue.number in content


# -- pushes -------------------------------------------------------------------------------------


def test_a_card_reaches_the_vendor_once(account: Account) -> None:
    account.answer(account.client.request("text", RESIDENT, REPORT))
    assert account.runtime.courier.deliver_due() == 1
    assert account.runtime.courier.deliver_due() == 0
    [issue] = account.issues()
    [(openid, text)] = account.vendor.sent
    [push] = account.pushes()
    assert (openid, text, push.status) == (push.address, push.text, "sent")
    assert issue.number in text


def test_a_spent_token_is_replaced_within_the_same_attempt(account: Account) -> None:
    account.answer(account.client.request("text", RESIDENT, REPORT))
    account.vendor.next_send.append(errcode(42001))
    account.runtime.courier.deliver_due()
    [push] = account.pushes()
    assert (push.status, push.attempts, len(account.vendor.sent)) == ("sent", 1, 1)


@pytest.mark.parametrize(
    ("fault", "state", "in_doubt"),
    [
        (errcode(43004), "dead", False),
        (errcode(45015), "held", False),
        (errcode(-1), "queued", False),
        (status(404), "queued", False),
        (status(502), "doubt", True),
        (half, "doubt", True),
    ],
    ids=["permanent", "window closed", "busy", "not there", "bad gateway", "cut off"],
)
def test_what_the_vendor_answers_decides_what_becomes_of_a_push(
    account: Account, fault: object, state: str, in_doubt: bool
) -> None:
    account.answer(account.client.request("text", RESIDENT, REPORT))
    account.vendor.next_send.append(fault)  # type: ignore[arg-type]
    account.runtime.courier.deliver_due()
    [push] = account.pushes()
    assert (push.status, push.in_doubt) == (state, in_doubt)
    assert account.troubled() == ([] if state in ("queued", "held") else [push])
    assert account.vendor.sent == []
