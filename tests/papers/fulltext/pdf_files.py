"""Small PDFs made by hand. They lack a cross-reference table, which PDFium does not need."""

from collections.abc import Iterable

WIDTH, HEIGHT = 612, 792  # points

Run = tuple[int, str, str] | tuple[int, str, str, int]
"""Height of a line above the foot of the page, its font ("F", "B" for bold, "T" for another), its
text, and where it begins, if not 72 points from the left."""


def make_pdf(*pages: Iterable[Run], size: int = 10) -> bytes:
    """Return a PDF of these lines."""
    return assemble(
        *(
            "\n".join(
                f"BT /{font} {size} Tf {left[0] if left else 72} {height} Td"
                f" ({_escaped(text)}) Tj ET"
                for height, font, text, *left in page
            ).encode("cp1252")
            for page in pages
        )
    )


def running(*texts: str, top: int = 700) -> list[Run]:
    """Return lines of a page from `top` down. A leading "*" makes a line bold and is left out."""
    return [
        (top - 12 * at, "B" if text.startswith("*") else "F", text.removeprefix("*"))
        for at, text in enumerate(texts)
    ]


def assemble(*streams: bytes, kids: str = "", filters: str = "") -> bytes:
    """Return a PDF with one page for each stream of drawing operators."""
    numbers = range(6, 6 + 2 * len(streams), 2)
    kids = kids or " ".join(f"{number} 0 R" for number in numbers)
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(streams)}>>".encode(),
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        4: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>",
    }
    for number, stream in zip(numbers, streams, strict=True):
        box = f"/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]"
        fonts = "/Resources<</Font<</F 3 0 R/B 4 0 R/T 5 0 R>>>>"
        objects[number] = f"<</Type/Page{box}{fonts}/Contents {number + 1} 0 R>>".encode()
        head = f"<</Length {len(stream)}{filters}>> stream\n".encode()
        objects[number + 1] = head + stream + b"\nendstream"
    body = [b"%d 0 obj %s endobj" % numbered for numbered in objects.items()]
    return b"\n".join([b"%PDF-1.7", *body, b"trailer <</Root 1 0 R>>"])


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
