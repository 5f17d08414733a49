"""Shows where a query was found, in the original text, the same for every engine.

Text is compared in normal form but marked as written: a query in simplified characters marks traditional
ones.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence

from matchmaking.engine import text as language
from search.concepts import Alternative, AnalysedQuery, Term

LONGEST_SNIPPET = 160
_WORD = re.compile(rf"[{language.HAN}]|[^\W_{language.HAN}]+(?:['’&][^\W_{language.HAN}]+)*")
Span = tuple[int, int]
Token = tuple[str, int, int]


def highlight(query: AnalysedQuery, fields: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return (safe HTML by field with ``<mark>`` around what was found, the wordings that were found).

    Only fields in which something was found are in the answer; long ones are cut to about 160 characters.
    """
    alternatives = [alternative for concept in query.concepts for alternative in concept.alternatives]
    read = {name: list(_tokens(text)) for name, text in fields.items()} if alternatives else {}
    marked: dict[str, list[Span]] = {}
    matched = []
    for alternative in alternatives:
        spans = {name: _found(alternative, tokens) for name, tokens in read.items()}
        if any(spans.values()):
            matched.append(alternative.text)
        for name, found in spans.items():
            marked.setdefault(name, []).extend(found)
    shown = {name: _snippet(fields[name], _merged(spans)) for name, spans in marked.items() if spans}
    return shown, tuple(dict.fromkeys(matched))


def _tokens(text: str) -> Iterator[Token]:
    """(normal form, start, end) of each Han character and each other word."""
    for match in _WORD.finditer(text):
        start, end, written = match.start(), match.end(), match.group()
        if not language.has_han(written):
            for word in language.latin_words(written):
                yield language.stem(word), start, end
        elif start == 0 or not language.has_han(text[start - 1]):
            yield from _han_tokens(text, start)


def _han_tokens(text: str, start: int) -> Iterator[Token]:
    """The characters of the run of Han characters at ``start``, each in its normal form within the run."""
    end = start
    while end < len(text) and language.has_han(text[end]):
        end += 1
    run = text[start:end]
    normal = language.normalise(run)
    # Conversion keeps lengths nearly always; where it does not, characters are converted one at a time.
    pairs = normal if len(normal) == len(run) else [language.normalise(character) for character in run]
    for offset, character in enumerate(pairs):
        yield character, start + offset, start + offset + 1


def _found(alternative: Alternative, tokens: Sequence[Token]) -> list[Span]:
    return [span for term in alternative.terms for span in _occurrences(_units(term), tokens)]


def _units(term: Term) -> tuple[str, ...]:
    """The characters or stems of a term, from its bigrams."""
    if term.prefix or not language.has_han(term.tokens[0]):
        return term.tokens
    return (*(bigram[0] for bigram in term.tokens), term.tokens[-1][-1])


def _occurrences(units: Sequence[str], tokens: Sequence[Token]) -> Iterator[Span]:
    for index in range(len(tokens) - len(units) + 1):
        if all(tokens[index + offset][0] == unit for offset, unit in enumerate(units)):
            yield tokens[index][1], tokens[index + len(units) - 1][2]


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _snippet(text: str, spans: Sequence[Span]) -> str:
    start, end = 0, len(text)
    if len(text) > LONGEST_SNIPPET:
        start = max(0, spans[0][0] - LONGEST_SNIPPET // 4)
        end = min(len(text), start + LONGEST_SNIPPET)
        # A Latin word is not cut in two.
        while start > 0 and text[start - 1].isascii() and text[start - 1].isalnum() and text[start].isalnum():
            start -= 1
    parts = ["…" if start else ""]
    position = start
    for begin, stop in spans:
        if begin >= start and stop <= end:
            parts += [html.escape(text[position:begin]), "<mark>", html.escape(text[begin:stop]), "</mark>"]
            position = stop
    return "".join([*parts, html.escape(text[position:end]), "…" if end < len(text) else ""])
