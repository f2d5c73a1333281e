"""How far bytes have come, on a terminal."""

from collections.abc import Iterable, Iterator

from tqdm import tqdm


def bytes_bar(what: str, chunks: Iterable[bytes], total: int | None) -> Iterator[bytes]:
    """Yield the chunks, and show how many bytes they are of so many, if that is known."""
    with tqdm(desc=what, total=total, unit="B", unit_scale=True, disable=None) as bar:
        for chunk in chunks:
            yield chunk
            bar.update(len(chunk))
