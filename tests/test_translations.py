"""zh-hans and en are complete: no message without Chinese, no bare words in a template.

Messages are collected here from the sources themselves (no GNU gettext needed), so that a text that nobody
put into the catalogue fails as well.
"""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "matchmaking" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
PYTHON_CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2}
CONTEXT_CALLS = {"pgettext": 1, "pgettext_lazy": 1, "npgettext": 2, "npgettext_lazy": 2}
STRING = r"""(?:u)?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
TEMPLATE_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*{STRING}(?:\s*,\s*{STRING})?(?:\s*,\s*{STRING})?")
# Words that are the same in both languages or belong to both.
SAME_IN_CHINESE = re.compile(r"^(EXW|FCA|FOB|CFR|CIF|DAP|DDP|UEN|USCC|HS|CSV|XLSX|PDF|Yuxin|English|[\W\d_]*|%\(\w+\)s)*$")
# An error page cannot know its reader's language and says everything in both.
IN_BOTH_LANGUAGES = '{% extends "error.html" %}'
PAGES_OF_THEIR_OWN = {"templates/error.html", "templates/styleguide.html"}
BARE_ALLOWED = re.compile(r"渝新|Yuxin|中文|English|TOTP|UTC|zh-Hans|WeChat")


def tracked(pattern: str) -> list[Path]:
    listing = subprocess.run(["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listing.stdout.splitlines() if (ROOT / name).exists()]


def messages_of_python(path: Path) -> set[tuple[str, str]]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        args = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in PYTHON_CALLS and args:
            found.add(("", args[0]))
        elif name in CONTEXT_CALLS and len(args) > 1:
            found.add((args[0], args[1]))
    return found


def messages_of_template(path: Path) -> set[tuple[str, str]]:
    found = set()
    for call, *groups in TEMPLATE_CALL.findall(templatize(path.read_text(encoding="utf-8"))):
        texts = [ast.literal_eval(text) for text in groups if text]
        found.add((texts[0], texts[1]) if "p" in call else ("", texts[0]))
    return found


def all_messages() -> dict[tuple[str, str], str]:
    messages = {}
    for path in tracked("*.py"):
        if path.relative_to(ROOT).parts[0] not in {"tests", "benchmarks"} and "migrations" not in path.parts:
            messages.update({key: str(path.relative_to(ROOT)) for key in messages_of_python(path)})
    for path in (*tracked("templates/*.html"), *tracked("templates/*.txt")):
        messages.update({key: str(path.relative_to(ROOT)) for key in messages_of_template(path)})
    return messages


@pytest.fixture(scope="module")
def catalogue() -> dict[tuple[str, str], object]:
    with CATALOGUE.open("rb") as source:
        return {
            (entry.context or "", entry.id[0] if isinstance(entry.id, tuple) else entry.id): entry
            for entry in read_po(source)
            if entry.id
        }


def test_every_message_has_a_chinese_text(catalogue):
    missing = []
    for key, place in sorted(all_messages().items(), key=lambda item: item[1]):
        entry = catalogue.get(key)
        texts = [] if entry is None else entry.string if isinstance(entry.string, tuple) else [entry.string]
        if not texts or not all(texts) or entry.fuzzy:
            missing.append(f"{place}: {key[1]!r}")
    assert not missing, f"{len(missing)} without Chinese:\n" + "\n".join(missing)


def test_chinese_texts_are_chinese(catalogue):
    foreign = []
    for (_, msgid), entry in catalogue.items():
        for text in entry.string if isinstance(entry.string, tuple) else [entry.string]:
            if text and not re.search(r"[㐀-鿿]", text) and not SAME_IN_CHINESE.match(text):
                foreign.append((msgid, text))
    assert not foreign


def test_placeholders_are_kept(catalogue):
    holes = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
    lost = [
        (msgid, text)
        for (_, msgid), entry in catalogue.items()
        for text in (entry.string if isinstance(entry.string, tuple) else [entry.string])
        if text and not set(holes.findall(text)) <= set(holes.findall(entry.id if isinstance(entry.id, str) else " ".join(entry.id)))
    ]
    assert not lost


def test_the_catalogue_carries_nothing_dead(catalogue):
    living = all_messages()
    dead = [msgid for context, msgid in catalogue if (context, msgid) not in living]
    assert not dead


def bare_words(source: str) -> list[str]:
    text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", " ", source, flags=re.S)
    text = re.sub(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", " ", text, flags=re.S)
    # Lists of style words ("entrance,confirm", "stack loose") are for the machine; nobody reads them.
    text = re.sub(r"{%\s*setvar \w*tags\s*%}.*?{%\s*endsetvar\s*%}", " ", text, flags=re.S)
    text = re.sub(r"{%\s*block \w*_class\s*%}.*?{%\s*endblock", "{%", text, flags=re.S)
    text = re.sub(r"{%.*?%}|{{.*?}}", " ", text, flags=re.S)
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", text, flags=re.S)
    attributes = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', text)
    text = re.sub(r"<[^>]*>", " ", text)
    return [
        word.strip()
        for word in [*re.split(r"\n|\s{2,}", text), *attributes]
        if re.search(r"[A-Za-z]{3,}|[㐀-鿿]", BARE_ALLOWED.sub("", re.sub(r"&\w+;", " ", word)))
    ]


def test_no_template_speaks_one_language_only():
    bare = {}
    for path in tracked("templates/*.html"):
        name, source = str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        if source.startswith(IN_BOTH_LANGUAGES) or name in PAGES_OF_THEIR_OWN or name.startswith("templates/wagtailadmin/"):
            continue
        if words := bare_words(source):
            bare[name] = words
    assert not bare


def test_the_scanner_sees_bare_words():
    assert bare_words("<p>Hello there {{ name }}</p>") == ["Hello there"]
    assert bare_words('<input placeholder="请输入">') == ["请输入"]
    assert bare_words("<p>{% translate 'Hello' %} {{ name }}</p>") == []
