"""Document numbers (发文字号): whoever types one, in whatever body of whatever service, it is kept in one form."""

import importlib
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter

from tests.house.names import ROOT, sources

NAMES = ("document_no", "decision_no")
TYPED = ("洪人社字[2019]03号", "洪人社字（２０１９）第03号", " 洪人社字 〔2019〕 3 号 ")


def is_body(model: type[BaseModel]) -> bool:
    """Parts of what was published (frozen) are written by us."""
    return model.model_config.get("extra") == "forbid" and not model.model_config.get("frozen")


def typed_numbers() -> Iterator[tuple[str, Any]]:
    """Every field of a body (which refuses what it does not know) that is a document's number."""
    for path in sources("services", "shared"):
        if "schemas" in path.parts or path.stem in ("schemas", "policy", "reporting"):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            for model in vars(importlib.import_module(name)).values():
                if isinstance(model, type) and issubclass(model, BaseModel) and is_body(model):
                    for field, about in model.model_fields.items():
                        if field in NAMES:
                            yield f"{model.__name__}.{field}", Annotated[about.annotation, about]


def test_x07_every_document_number_that_is_typed_is_kept_in_one_form() -> None:
    found = dict(typed_numbers())
    assert {"NewValue.document_no", "NewRevision.document_no", "NewAllocation.document_no"} <= found.keys()
    assert {"Transition.decision_no", "NewReorganisation.decision_no", "NewBar.document_no"} <= found.keys()
    for name, kind in found.items():
        assert {TypeAdapter(kind).validate_python(written) for written in TYPED} == {"洪人社字〔2019〕3号"}, name
