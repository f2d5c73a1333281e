"""The form for a reader's report of a mistake."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from digest.readers.open_forms import CleanTextField, OpenForm, length_error
from papers.models import Paper, Report, ReportState, Section

LEAST, MOST = 10, 2_000  # Characters.


class ReportForm(OpenForm):
    """What is wrong with a paper's summary, and in which of `sections`."""

    salt = "digest.readers.reporting"

    section = forms.ChoiceField(label=gettext_lazy("Which part?"), required=False)
    text = CleanTextField(
        label=gettext_lazy("What is wrong?"),
        widget=forms.Textarea({"rows": 7, "minlength": LEAST}),
        help_text=gettext_lazy(
            "Best with the words that are wrong and the place in the paper that says otherwise."
        ),
    )

    def __init__(self, paper: Paper, sections: Iterable[Section], *args: Any, **kwargs: Any):
        super().__init__(paper.arxiv_id, *args, **kwargs)
        self.paper = paper
        self.sections = {str(section.pk): section for section in sections}
        named = [(pk, section.title) for pk, section in self.sections.items()]
        self.fields["section"].choices = [("", _("The summary as a whole")), *named]  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if error := length_error(text, LEAST, MOST):
            raise ValidationError(error)
        return text

    def save(self) -> Report:
        """Store the report once, even if the reader presses the button twice."""
        report, _created = Report.objects.get_or_create(
            paper=self.paper,
            section=self.sections.get(self.cleaned_data["section"]),
            text=self.cleaned_data["text"],
            state=ReportState.OPEN,
        )
        return report
