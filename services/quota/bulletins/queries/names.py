"""What programmes and units are called in the policies in force, and how their bulletins are signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.quota.bulletins.schemas import Text
from services.quota.quotas.models import Quota
from shared.contracts.policy import PolicyPack, ReportingUnit
from shared.contracts.reporting import BulletinStyle

KINDS_APART: Mapping[str, str] = {"district": "districts", "county": "districts", "bureau": "districts"}
TOGETHER = {"districts": "units", "zones": "units"}


@dataclass(frozen=True)
class PolicyNames:
    """The policies in force; where several name one code, the first has it."""

    packs: Sequence[PolicyPack]

    @property
    def style(self) -> BulletinStyle:
        """How bulletins are signed and arranged."""
        return self.packs[0].bulletins

    @property
    def document(self) -> Text:
        """The policy documents by number and title."""
        documents = [pack.document for pack in self.packs]
        inner = str.maketrans("《》", "〈〉")  # marks inside a title are single ones (GB/T 15834-2011)
        zh = "、".join(f"《{each.title_zh.translate(inner)}》（{each.number}）" for each in documents)
        return Text(zh=zh, en=", ".join(f"{each.title_en} ({each.number})" for each in documents))

    @property
    def issuer(self) -> Text:
        """Who signs: the bureau the pack names, or the document's issuer."""
        document, style = self.packs[0].document, self.style
        return Text(zh=style.issuer_zh or document.issuer_zh, en=style.issuer_en or document.issuer_en)

    @property
    def addressees(self) -> Text | None:
        """主送, if the pack names them."""
        zh, en = self.style.addressees_zh, self.style.addressees_en
        return Text(zh=zh, en=en or zh) if zh else None

    def units(self, on: date) -> dict[str, ReportingUnit]:
        """The reporting units valid on a day, in the order of the policy."""
        every = [unit for pack in self.packs for unit in pack.reporting_units]
        return {each.code: each for each in every if each.valid_from <= on and (each.valid_to or on) >= on}

    def of_unit(self, code: str) -> Text:
        """What a unit is called; its code where no policy names it any more."""
        for pack in self.packs:
            for unit in pack.reporting_units:
                if unit.code == code:
                    return Text(zh=unit.name_zh, en=unit.name_en)
        return Text(zh=code, en=code)

    def of_quota(self, quota: Quota) -> Text:
        """What a quota's line is called: its programme, or for a plain count its own wording."""
        for pack in self.packs:
            for programme in pack.programmes:
                if programme.code == quota.programme and quota.amount:
                    return Text(zh=programme.name_zh, en=programme.name_en)
        return Text(zh=quota.wording_zh, en=quota.wording_en)

    def group_of(self, unit: ReportingUnit) -> str:
        """Which units it is ranked among."""
        kind = KINDS_APART.get(unit.kind, "zones" if unit.kind == "zone" else "city")
        return kind if self.style.zones_apart else TOGETHER.get(kind, kind)
