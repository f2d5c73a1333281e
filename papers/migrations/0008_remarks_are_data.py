"""What was odd about an item of an answer was stored as a sentence, and is stored as data."""

import re

from django.db import migrations

_AS_TEXT = re.compile(
    r"item (?P<item>\d{1,9})(?: \((?P<id>\S+)\))?(?:: (?P<field>\S+):)? (?P<reason>.*)", re.DOTALL
)


def as_data(text):
    found = _AS_TEXT.fullmatch(text)
    if not found:
        return {"position": 0, "arxiv_id": None, "field": "", "reason": text}
    return {
        "position": int(found["item"]),
        "arxiv_id": found["id"],
        "field": found["field"] or "",
        "reason": found["reason"],
    }


def as_text(data):
    if not data["position"]:
        return data["reason"]
    known = f" ({data['arxiv_id']})" if data["arxiv_id"] else ""
    field = f": {data['field']}:" if data["field"] else ""
    return f"item {data['position']}{known}{field} {data['reason']}"


def _convert(apps, convert):
    answers = apps.get_model("papers", "SourceAnswer").objects
    some = answers.exclude(refusals=[], notices=[]).only("refusals", "notices")
    for answer in some.iterator(chunk_size=500):
        answer.refusals = [convert(each) for each in answer.refusals]
        answer.notices = [convert(each) for each in answer.notices]
        answer.save(update_fields=["refusals", "notices"])


def to_data(apps, schema_editor):
    _convert(apps, lambda each: as_data(each) if isinstance(each, str) else each)


def to_text(apps, schema_editor):
    _convert(apps, lambda each: as_text(each) if isinstance(each, dict) else each)


class Migration(migrations.Migration):

    dependencies = [("papers", "0007_findings_reports_calls")]

    operations = [migrations.RunPython(to_data, to_text)]
