"""Two models of one name would be one in the OpenAPI document, and wrong for both."""

from __future__ import annotations

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.rest import OPERATIONS


def test_every_model_is_found_under_its_own_name() -> None:
    models = {
        model
        for operation in OPERATIONS
        for model in (operation.query, operation.body, operation.answer)
        if model is not None and issubclass(model, BaseModel)
    }
    _, schema = models_json_schema([(model, "validation") for model in models])
    assert {model.__name__ for model in models} <= schema["$defs"].keys()
    assert len({model.__name__ for model in models}) == len(models)
