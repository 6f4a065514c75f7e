"""schemathesis over the whole of /api/v1: what its own document promises holds for any input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from api.rest import OPERATIONS
from tests.journey.programs import BASE, LIGHT, Program
from tests.journey.town import Town

ROUNDS = 10  # inputs for each operation, good ones and bad ones


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A key for everything, in a community where something has happened."""
    town = Town(tmp_path_factory.mktemp("fuzzed"))
    program = Program(town, "gaojianmin", "read", "write", "admin", "personal")
    program.report(LIGHT)
    program.post("/webhooks", {"url": "https://example.com/hook"})
    yield program
    town.runtime.db.close()


@pytest.fixture(scope="module")
def document(city: Program) -> Any:
    return schemathesis.openapi.from_wsgi(f"{BASE}/openapi.json", city.town.runtime.app)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", [operation.name for operation in OPERATIONS])
def test_every_operation_keeps_its_promises(
    name: str, mode: GenerationMode, document: Any, city: Program
) -> None:
    operation = document.find_operation_by_id(name)

    @settings(
        max_examples=ROUNDS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if mode is GenerationMode.POSITIVE and "reference" in case.path_parameters:
            case.path_parameters["reference"] = "1123-01"  # one that there is
        case.call_and_validate(headers={"Authorization": f"Bearer {city.secret}"})

    ask()
