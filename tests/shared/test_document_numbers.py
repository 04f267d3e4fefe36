"""Document numbers as people write them, and the one form in which every service keeps them."""

import pytest

from shared.document_numbers import document_no
from tests.quota.given import nanchang


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("洪科字[2019]03号", "洪科字〔2019〕3号"),
        ("洪科字(2020)第05号", "洪科字〔2020〕5号"),
        ("洪科字（２０２０）第０５号", "洪科字〔2020〕5号"),
        ("[2019]03号", "〔2019〕3号"),
        ("洪科字〔2019〕3号", "洪科字〔2019〕3号"),
        ("第3次会议纪要", "第3次会议纪要"),
    ],
)
def test_x07_a_document_number_has_one_form(written: str, kept: str) -> None:
    assert document_no(written) == kept


def test_x07_a_pack_has_its_number_in_one_form_or_as_it_is_kept_already() -> None:
    """What a pack laid down is found by its number: one that was taken down as typed stays so."""
    content = nanchang().model_dump(mode="json")
    content["document"]["number"] = typed = "洪府发[2018]第39号"
    pack = type(nanchang()).model_validate(content)
    assert pack.document.number == "洪府发〔2018〕39号"
    assert pack.known_as([]) == pack.known_as(["洪府发〔2018〕40号"]) == pack
    assert pack.known_as(["洪府发〔2018〕40号", typed]).document.number == typed
