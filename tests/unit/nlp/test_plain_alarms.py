"""An emergency told in the plainest words is heard, wherever its place stands.

Sets of messages hold few of these: whoever writes examples writes what is hard. They are what
people in danger write.
"""

from __future__ import annotations

import pytest

from nlp import Understander

PLAIN = """
着火了 楼道着火了 失火了快来人 厨房起火了 冒浓烟了 电动车烧起来了 煤气漏了
煤气泄漏 家里一股煤气味 燃气味很重 闻到煤气味了 一氧化碳中毒了 电梯困人了
我被困在电梯里了 电梯里关着人 电梯坏了里面有人 有人要跳楼 有人跳楼了
有人晕倒了 我爸晕倒了 老人摔倒了起不来 我妈昏过去了 孩子噎着了 喘不上气
心脏病犯了 有人触电了 触电了 电线掉下来了冒火花 有人打架动刀了 有人拿刀砍人
老公打我救命 家暴救命 孩子走丢了 老人走失了 我妈不见了
孩子被锁屋里了锅还在火上 有人落水了 有人要自杀 割腕了 吃了安眠药 楼塌了
墙塌了砸着人了 救命 救命啊 快救人 老人没呼吸了 出血止不住 要生了羊水破了
敲门没人应三天没见她 中暑倒地上了 被车撞了躺在地上 井里掉进人了
""".split()  # noqa: SIM905  a wall of quotes is hard to read
SAID = ("{}", "槐树里小区3号楼{}", "{}！！", "{}，槐树里小区3号楼2单元", "快来，{}")


@pytest.mark.parametrize("plain", PLAIN)
@pytest.mark.parametrize("said", SAID)
def test_plain_words_ring(understander: Understander, plain: str, said: str) -> None:
    found = understander.understand(said.format(plain))
    assert found.intent == "report"
    assert "U0" in {part.urgency for part in found.parts}


@pytest.mark.parametrize(
    "text",
    [
        "救命这奶茶也太好喝了", "这天热得着火了一样", "电梯困人怎么办，社区讲过课吗",
        "灭火器到期了", "我妈晕车，想问有没有药", "消防演习几点开始", "昨天着火那家后来怎么样了",
    ],
)  # fmt: skip
def test_what_only_has_their_words_does_not(understander: Understander, text: str) -> None:
    assert "U0" not in {part.urgency for part in understander.understand(text).parts}
