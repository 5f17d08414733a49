"""The editorial pages as they are first written, in Chinese and translated through wagtail-localize.

Only pages that do not exist yet are made; afterwards the texts belong to the editors.
"""

import html
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.html import escape
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import Translation, TranslationSource

from directory.pages import EditorialPage, HomePage

TEXTS = Path(__file__).resolve().parent / "data" / "site.json"
Pair = dict[str, str]


@dataclass(slots=True)
class SeedReport:
    """Addresses of pages that were made and titles of those that were taken away."""

    created: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


@transaction.atomic
def seed_site() -> SeedReport:
    """Make the home page the root of the site in both languages and add the missing editorial pages."""
    report = SeedReport()
    texts = json.loads(TEXTS.read_text(encoding="utf-8"))
    chinese, english = _locales()
    home = _home(texts["home"], chinese, report)
    _translate(home, english, texts["home"].values(), report)
    for content in texts["pages"]:
        page = EditorialPage.objects.child_of(home).filter(slug=content["slug"]).first()
        if page is None:
            page = EditorialPage(slug=content["slug"], locale=chinese, **_first_language(content))
            home.add_child(instance=page)
            page.save_revision().publish()
            report.created.append(page.url_path)
        _translate(page, english, _pairs(content), report)
    return report


def _locales() -> tuple[Locale, Locale]:
    codes = [code for code, _ in settings.LANGUAGES]
    first, second = (Locale.objects.get_or_create(language_code=code)[0] for code in codes[:2])
    return first, second


def _home(texts: dict[str, Pair], locale: Locale, report: SeedReport) -> HomePage:
    """The Chinese home page; takes the place of the page that Wagtail puts there at its installation."""
    found = HomePage.objects.filter(locale=locale).first()
    if found is not None:
        return found
    root = Page.get_first_root_node()
    home = HomePage(slug="yuxin", locale=locale, **{name: pair["zh"] for name, pair in texts.items()})
    root.add_child(instance=home)
    home.save_revision().publish()
    report.created.append(home.url_path)
    site = Site.objects.filter(is_default_site=True).first()
    site = site or Site(hostname="localhost", port=80, is_default_site=True)
    site.site_name, site.root_page = settings.WAGTAIL_SITE_NAME, home
    site.save()
    for page in Page.objects.exact_type(Page).filter(depth=2, slug="home"):
        report.removed.append(page.title)
        page.delete()
    return home


def _first_language(content: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": content["title"]["zh"],
        "intro": content["intro"]["zh"],
        "body": [_block(part) for part in content["parts"]],
    }


def _block(part: dict[str, Any]) -> tuple[str, Any]:
    """A part of the data file as a block of the page's body."""
    kind = part["kind"]
    if kind == "alliances":
        return kind, None
    if kind in ("good", "quiet"):
        return "points", {"kind": kind, "points": [point["zh"] for point in part["points"]]}
    if kind == "notice":
        return "notice", {"tone": "info", "text": part["zh"]}
    return kind, f"<p>{escape(part['zh'])}</p>" if kind == "text" else part["zh"]


def _pairs(content: dict[str, Any]) -> list[Pair]:
    """Every text of a page with its translation."""
    found = [content["title"], content["intro"]]
    for part in content["parts"]:
        found += part.get("points", [part] if "zh" in part else [])
    return found


def _translate(page: Page, target: Locale, pairs: Any, report: SeedReport) -> None:
    """Make the twin of a page as a translator would: one string after the other, so that editors can go on so."""
    if page.get_translations().filter(locale=target).exists():
        return
    source, _ = TranslationSource.update_or_create_from_instance(page)
    translation = Translation.objects.create(source=source, target_locale=target)
    words = {pair["zh"]: pair["en"] for pair in pairs}
    messages = translation.export_po()
    for entry in messages:
        # Strings travel as HTML, whatever field they come from.
        text = words[html.unescape(entry.msgid.replace("<br/>", "\n"))]
        entry.msgstr = html.escape(text, quote=False).replace("\n", "<br/>")
    translation.import_po(messages)
    # Published here and not by wagtail-localize, which would do it after the commit, from a copy that does not
    # know of the children that the page has got since.
    translation.save_target(publish=False)
    twin = page.get_translation(target)
    twin.get_latest_revision().publish()
    report.created.append(twin.url_path)
