"""What was read of a sentence is remembered, and keeps no understander that has been replaced."""

from __future__ import annotations

import gc
from copy import copy
from weakref import ref

from desk import wanted
from tests.journey.town import Town


def test_an_understander_that_was_replaced_is_gone(town: Town) -> None:
    town.runtime.service.prepared(None)
    present = copy(town.runtime.service.understander)  # another one, as after an import
    said = "周四下午想找人上门理发"
    first = wanted.read(present, said)
    assert first.skills
    assert wanted.words(present, said)
    assert wanted.read(present, said) is first, "remembered"
    gone = ref(present)
    del present
    gc.collect()
    assert gone() is None
