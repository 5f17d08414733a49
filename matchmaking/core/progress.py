"""Progress bars of long steps, silent where nobody watches."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def progress(items: Iterable[T], label: str, *, total: int | None = None, show: bool = True) -> Iterator[T]:
    """Yield ``items`` while drawing one bar named ``label`` on standard error."""
    yield from tqdm(items, desc=label, total=total, disable=not show, file=sys.stderr, leave=True, ncols=88)
