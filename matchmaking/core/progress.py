"""Progress bars of long steps, silent where nobody watches."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def progress(items: Iterable[T], label: str, *, total: int | None = None, show: bool = True) -> Iterator[T]:
    """Yield ``items`` while drawing one bar named ``label`` on standard error."""
    # A log file wants a line now and then, a person wants to see it move.
    interval = 0.1 if sys.stderr.isatty() else 10.0
    yield from tqdm(
        items, desc=label, total=total, disable=not show, file=sys.stderr, leave=True, ncols=88, mininterval=interval
    )
