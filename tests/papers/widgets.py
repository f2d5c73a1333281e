"""A kind of section and a language as anybody might add them: one row each, and nothing else."""

from papers.kinds import Field, Kind
from papers.languages import Language, Lengths, Placeholders

WIDGETS = Kind(
    "widgets",
    7,
    {"en": ("Widgets",), "ka": ("ვიჯეტები", "მოწყობილობები")},
    near=("Gadgets",),
    synonyms=("Doodads",),
    question_words=("widgets", "gadget"),
    phrase_words=("ვიჯეტ",),
    fields=(Field("widgets", "which widgets the paper has, in one sentence"),),
    from_part="discussion",
    missing="Nothing is said of widgets.",
)
GEORGIAN = Language(
    "ka",
    "Georgian",
    "ქართული",
    frozenset({"GEORGIAN"}),
    Lengths(10, 400),
    manner="Georgian (ka), in short sentences",
    labels={
        "goal": ("მიზანი", "ამოცანა"),
        "motivation": ("მოტივაცია",),
        "contribution": ("წვლილი",),
    },
    placeholders=Placeholders(
        talk="ნაშრომში | ტექსტში",
        missing="უცნობია",
        joined="ს?",
        slot_begins="ჩაწერეთ",
        slot_ends="აქ",
        refusal="მე\\ ენობრივი\\ მოდელი\\ ვარ",
        decline="ბოდიში",
    ),
)

TEXTS = {
    "gist": "ნაშრომი ყველა ნაწილს ერთად აწყობს.",
    "goal": "ნაშრომი აჩქარებს მოწყობილობების აწყობას.",
    "motivation": "აქამდე ეს ნელა ხდებოდა.",
    "contribution": "პირველად იწყობა ყველა ერთად.",
    "method": "ყოველი ნაწილი ცალკე ისწავლება.",
    "results": "სიზუსტე იზრდება 3.2%-ით.",
    "limitations": "დიდი მოწყობილობები არ შემოწმებულა.",
    "conclusion": "ერთად აწყობა უფრო სწრაფია.",
    "widgets": "აქ არის მცირე და საშუალო ვიჯეტები.",
}
"""What a model says in Georgian about a paper with widgets."""
