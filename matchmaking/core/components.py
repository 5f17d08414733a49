"""What the interface components are made of: small frozen records that views fill and templates print.

Every template also accepts plain dicts with the same keys. Texts are escaped on output unless they are
``SafeString``. ``tone`` is one of ``good warn bad info quiet brand``; ``lang`` is an HTML language tag
(``zh-Hans``, ``en``) and is only needed where a text is not in the reader's language.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Tone = Literal["good", "warn", "bad", "info", "quiet", "brand"]
StepState = Literal["done", "current", "todo"]
GateState = Literal["pass", "fixable", "closed", "unchecked"]
TranslationState = Literal["confirmed", "machine", "stale", "missing"]


@dataclass(frozen=True, slots=True)
class Pair:
    """One row of a match card: what the reader wrote beside what the other side wrote.

    ``tone`` good = fits, warn or bad = conflict, quiet = missing.
    """

    label: str
    yours: str
    theirs: str
    tone: Tone = "good"
    yours_lang: str = ""
    theirs_lang: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Something the reader can change to improve a match; ``url`` leads to the field."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """A short fact with an icon: answer band, capacity, expiry."""

    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A pill or, without a tone, a plain tag."""

    text: str
    tone: Tone | None = None
    icon: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of a breadcrumb; the last one needs no url."""

    label: str
    url: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a process."""

    label: str
    state: StepState = "todo"
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: an anchor or a page of its own."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class RailItem:
    """One entry of a side rail."""

    label: str
    url: str
    icon: str = ""
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet with the number of results it leaves."""

    value: str
    label: str
    count: int | None = None
    checked: bool = False

    @property
    def disabled(self) -> bool:
        """A value that would leave nothing cannot be chosen, but can be given up."""
        return self.count == 0 and not self.checked


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its base; ``figure`` None reads "not counted yet"."""

    label: str
    figure: str | int | None
    note: str = ""
    unit: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a registration code, marked when it is the part that is wrong."""

    text: str
    label: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline. ``body`` is shown in a box under it, ``note`` as small print."""

    title: str
    icon: str = "msg"
    tone: Tone | None = None
    at: datetime | None = None
    by: str = ""
    body: str = ""
    body_lang: str = ""
    original: str = ""
    original_lang: str = ""
    note: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class GateStep:
    """One of the five admission gates of a market."""

    title: str
    text: str
    state: GateState = "pass"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """A market's admission: its status and five steps in their fixed order."""

    anchor: str
    title: str
    status: Literal["ready", "fixable", "closed", "recheck"]
    summary: str
    steps: Sequence[GateStep] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Difference:
    """One changed field: the text before and after, with the changed parts marked."""

    label: str
    before: str
    after: str
    lang: str = ""
    tag: str = ""
    mark: Mark | None = None

    @property
    def sides(self) -> tuple[SafeString, SafeString]:
        """(before with ``<del>``, after with ``<ins>``)."""
        return mark_changes(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Picked:
    """A company in the compare tray."""

    label: str
    remove_url: str
    lang: str = ""


_WORDS = re.compile(r"[^\W\u2e80-\u9fff]+|\s+|.", re.DOTALL)


def mark_changes(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Mark what was taken out of ``before`` and what was put into ``after``.

    Latin text is compared by word, Chinese by character. Both texts are escaped.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    left: list[tuple[str, str]] = []
    right: list[tuple[str, str]] = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left.append(("" if kind == "equal" else "del", "".join(old[i:j])))
        right.append(("" if kind == "equal" else "ins", "".join(new[k:m])))
    return _marked(left), _marked(right)


def _marked(parts: Iterable[tuple[str, str]]) -> SafeString:
    pieces = (
        format_html("<{0}>{1}</{0}>", tag, text) if tag else format_html("{}", text) for tag, text in parts if text
    )
    return format_html_join("", "{}", ((piece,) for piece in pieces))
