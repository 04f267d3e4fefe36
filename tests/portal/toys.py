"""A group of pages as one file: this and nothing else is what a new group needs."""

from fastapi import Response
from jinja2 import DictLoader

from services.portal.client.errors import RequestRefused
from services.portal.client.forms import form_errors
from services.portal.client.schemas import ServiceAnswer
from services.portal.shell.groups import PageGroup
from services.portal.shell.session import PUBLIC
from services.portal.shell.visits import VisitDep
from shared.problems import Said

FORM = """
{% extends "layout.html" %}
{% from "forms.html" import summary, hidden, field with context %}
{% block title %}{{ say('title') }}{% endblock %}
{% block heading %}<div class="wide head"><h1>{{ say('title') }}</h1></div>{% endblock %}
{% block body %}
<main id="main" class="wide">
{{ summary(errors) }}
<form method="post" action="/toys">
{{ hidden() }}
{% for name, label in labels.items() %}{{ field(name, label, values.get(name, ''), errors) }}{% endfor %}
<button type="submit">{{ say('send') }}</button>
</form>
</main>
{% endblock %}
"""
TOY = """
{% extends "layout.html" %}
{% block title %}{{ toy.name }}{% endblock %}
{% block body %}<main id="main" class="wide"><h1>{{ toy.name }}</h1></main>{% endblock %}
"""
LABELS = {
    "subject.name": Said("姓名", "Name"),
    "subject.id_number": Said("证件号码", "Number of the document"),
    "reporting_unit": Said("填报单位", "Reporting unit"),
}

group = PageGroup(
    name="toys",
    title=Said("玩具", "Toys"),
    path="/toys",
    place=15,
    roles=(PUBLIC,),
    words={"title": Said("登记玩具", "Register a toy"), "send": Said("提交", "Send")},
    templates=DictLoader({"form.html": FORM, "toy.html": TOY}),
    style=".toy{color:var(--ink)}\n",
)


class ToyAnswer(ServiceAnswer):
    """A toy."""

    name: str


@group.router.get("/toys")
async def empty_form(visit: VisitDep) -> Response:
    """The form."""
    return visit.page("form.html", errors=(), values={}, labels=_labels(visit))


@group.router.post("/toys")
async def register(visit: VisitDep) -> Response:
    """Register a toy, or say what is wrong with the form."""
    name, number = (visit.form.get(f"subject.{part}", "") for part in ("name", "id_number"))
    body = {"name": name, "subject": {"name": name, "id_number": number}}
    try:
        made = await visit.services.write("POST", "registry", "/v1/toys", body, ToyAnswer, visit.form_id)
    except RequestRefused as refused:
        errors = form_errors(refused.answer, _labels(visit))
        return visit.page("form.html", refused.answer.status, errors=errors, values=visit.form, labels=_labels(visit))
    return visit.go(f"/toys/{made.name}")


@group.router.get("/toys/{name}")
async def show(visit: VisitDep, name: str) -> Response:
    """One toy."""
    return visit.page("toy.html", toy=await visit.services.one("registry", f"/v1/toys/{name}", ToyAnswer))


def _labels(visit: VisitDep) -> dict[str, str]:
    return {name: label.in_(visit.language) for name, label in LABELS.items()}
