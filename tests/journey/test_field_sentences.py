"""Sentences from the field, each to its category, place and owner, over signed WeChat bytes."""

from __future__ import annotations

import pytest

from tests.journey.town import Town

# speaker, sentence, category, building, owning team or person
FIELD = [
    ("李秀兰", "3号楼2单元的楼道灯坏了,每天晚上都摸黑", "repair.light", "3", "xiaobanshou"),
    ("张伟", "院里的快递分拣柜背板开裂了", "repair.public", None, "xiaobanshou"),
    ("张伟", "车被堵里面出不去了,麻烦帮忙找找车主", "traffic.blocked", None, "wangfang"),
    ("张伟", "自来水水流太小,请帮忙找人过来看看", "utility.water", None, "gongshui"),
    ("张伟", "七中操场修好后能否向周边居民开放?", "edu.activity", None, "qizhong"),
    ("张伟", "外来人员凭居住证能不能办理入学", "edu.school", None, "jiaoyuju"),
    ("李秀兰", "想立个遗嘱,房子给小儿子,怎么弄", "legal.advice", None, "falv"),
    ("张伟", "我妈87了一个人住,腿脚不好,想找人帮忙买菜", "elderly.errand", None, "aixin"),
    ("李秀兰", "想要一副老花镜,心愿能不能实现", "wish.wish", None, "aixin"),
    ("李秀兰", "家里一股煤气味!!", "safety.gas", None, "wangfang"),
    ("李秀兰", "院裡的月季該修剪了", "env.green", None, "huimin"),
]


@pytest.mark.parametrize(("name", "text", "category", "building", "owner"), FIELD)
def test_field_sentence(
    town: Town, name: str, text: str, category: str, building: str | None, owner: str
) -> None:
    reply = town.say(name, text) or ""
    if "我想确认" in reply:  # unsure, and it says so: the resident picks what was meant
        meant = town.runtime.service.category(category).name
        assert meant in reply
        reply = town.say(name, meant) or ""
    if "是在您家" in reply:
        reply = town.say(name, "是") or ""
    [issue] = town.issues()
    assert issue.category == category
    assert owner in (issue.owner_team, issue.owner_person)
    assert issue.number in reply
    if building:
        assert (issue.estate, issue.building, issue.unit) == ("泉馨苑小区", "3", "2")
        assert issue.grid == "CYJ-2-1-1"
