"""What forms call the fields of bodies, so that people read of 证件号码 and not of `id_number`. Pure."""

from collections.abc import Mapping

from shared.problems import Said

# Long numbers, of which a spreadsheet that keeps them as numbers loses the last digits.
NUMBERS = frozenset({"id_number", "uscc", "host_uscc", "post_code", "certificate_no", "external_ref"})

LABELS: Mapping[str, Said] = {
    "action": Said("办理事项", "the action"),
    "amount": Said("目标任务", "the amount"),
    "as_of": Said("数据时点", "the day it stands for"),
    "birth_date": Said("出生日期", "the birth date"),
    "certificate_no": Said("证书编号", "the certificate number"),
    "comparison": Said("目标口径", "the wording of the amount"),
    "decision_date": Said("成文日期", "the date of the decision"),
    "decision_no": Said("发文字号", "the document number"),
    "details": Said("计划要求的内容", "what the programme wants to know"),
    "document_no": Said("发文字号", "the document number"),
    "edition": Said("期次", "the edition"),
    "effective_on": Said("生效日期", "the day it takes effect"),
    "exit_reason": Said("退出原因", "the reason to leave"),
    "external_ref": Said("本单位编号", "your own number"),
    "fact_date": Said("事实发生日期", "the fact date"),
    "gender": Said("性别", "the gender"),
    "host_uscc": Said("设岗单位的统一社会信用代码", "the code of the host"),
    "id_country": Said("签发国家或地区", "the issuing country"),
    "id_number": Said("证件号码", "the document's number"),
    "id_type": Said("证件类型", "the kind of document"),
    "issued_on": Said("成文日期", "the date of the document"),
    "kind": Said("类别", "the kind"),
    "measure": Said("计数口径", "the measure"),
    "month": Said("月份", "the month"),
    "name": Said("姓名或名称", "the name"),
    "override_reason": Said("突破理由", "the reason to go beyond"),
    "period": Said("期间", "the period"),
    "post_code": Said("岗位编码", "the post code"),
    "programme": Said("人才计划", "the programme"),
    "purpose": Said("查看用途", "the purpose"),
    "reason": Said("理由", "the reason"),
    "reported_on": Said("报送日期", "the day of the report"),
    "reporting_unit": Said("填报单位", "the reporting unit"),
    "source": Said("数据来源", "the source"),
    "subject": Said("登记对象", "who or what is registered"),
    "submit": Said("是否提交", "whether to submit"),
    "tolerance_percent": Said("容差", "the tolerance"),
    "township": Said("乡镇（街道）", "the township"),
    "unit": Said("填报单位", "the reporting unit"),
    "uscc": Said("统一社会信用代码", "the unified social credit code"),
    "value": Said("数值", "the value"),
}
OTHERWISE = Said("此项", "this")


def label_of(pointer: str) -> Said:
    """What the field that a pointer ends at is called; 此项 where forms have no name for it."""
    return LABELS.get(pointer.rpartition("/")[2], OTHERWISE)
