"""The interface components: what they escape, what they say to assistive technology, which language they claim."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from matchmaking.core.components import Cell, Choice, Difference, Gate, GateStep, Mark, Pair, Tile, mark_changes
from matchmaking.core.forms import YuxinRenderer
from matchmaking.core.wording import bilingual, day, moment, money_band

ROOT = Path(__file__).resolve().parents[2]
NASTY = "<script>alert(1)</script>&\"'"


def render(source, language="en", **context):
    with override(language):
        return Template("{% load i18n yuxin %}" + source).render(Context(context))


class BriefForm(forms.Form):
    default_renderer = YuxinRenderer()
    code = forms.CharField(label="Code", help_text="18 characters", widget=forms.TextInput(attrs={"data-uscc": True}))
    text = forms.CharField(label="Text", required=False, widget=forms.Textarea)
    budget = forms.ChoiceField(label="Budget", choices=[("", "-"), ("a", "A")], required=False)
    languages = forms.MultipleChoiceField(
        label="Languages", choices=[("zh", "中文"), ("en", "English")], widget=forms.CheckboxSelectMultiple
    )
    who = forms.ChoiceField(label="Who", choices=[("Group", [("p", "public")])], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="I agree", help_text="Recorded", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


# --- Escaping ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "{% pill x 'good' lang=x %}",
        "{% band 'strong' x %}",
        "{% monogram x %}",
        "{% icon 'check' label=x %}",
        "{% crumbs items %}",
        "{% steps items x %}",
        "{% tabs items x %}",
        "{% rail items x %}",
        "{% pairs rows %}",
        "{% timeline entries %}",
        "{% tiles tiles %}",
        "{% cells cells %}",
        "{% diff differences %}",
        "{% facet x x choices %}",
        "{% evidence x note=x %}{{ x }}{% endevidence %}",
        "{% notice title=x %}{{ x }}{% endnotice %}",
        "{% empty title=x %}{{ x }}{% endempty %}",
        "{% reveal x %}{{ x }}{% endreveal %}",
        "{% tablewrap x %}{{ x }}{% endtablewrap %}",
        "{% dialog 'd' x %}{{ x }}{% enddialog %}",
        "{% clock 1 3 x %}{{ x }}{% endclock %}",
        "{% gate market %}{{ x }}{% endgate %}",
        "{% matchcard card %}{{ x }}{% endmatchcard %}",
        "{% hit card %}{{ x }}{% endhit %}",
        "{% tray picked x %}",
        "{% both record 'name' %}{{ record|reader:'name' }}{{ record|original:'name' }}",
        "{% field form.code label=x help=x note=x %}{% error_summary form %}",
        "{% bilingual form.code form.text title=x zh_note=x %}{{ x }}{% endbilingual %}",
    ],
)
def test_what_people_wrote_never_becomes_markup(source):
    form = BriefForm({"code": NASTY})
    form.add_error("code", NASTY)
    form.add_error(None, NASTY)
    everything = {"label": NASTY, "url": "#", "note": NASTY, "text": NASTY, "title": NASTY, "body": NASTY, "by": NASTY}
    card = {
        "anchor": "c", "name": NASTY, "other_name": NASTY, "place": NASTY, "band": "good", "note": NASTY, "why": NASTY,
        "rows": [Pair(NASTY, NASTY, NASTY)], "changes": [{"text": NASTY}],
        "signals": [{"icon": "clock", "text": NASTY}],
        "marks": [Mark(NASTY), Mark(NASTY, "good")], "original": NASTY, "url": "#",
    }  # fmt: skip
    html = render(
        source,
        x=NASTY,
        items=[everything],
        entries=[everything | {"icon": "msg", "original": NASTY, "tag": NASTY}],
        rows=[Pair(NASTY, NASTY, NASTY, "warn", NASTY, NASTY)],
        tiles=[Tile(NASTY, NASTY, NASTY, NASTY)],
        cells=[Cell(NASTY, NASTY)],
        differences=[Difference(NASTY, NASTY, NASTY + "x", tag=NASTY)],
        choices=[Choice(NASTY, NASTY, 1)],
        market=Gate("g", NASTY, "fixable", NASTY, [GateStep(NASTY, NASTY, "closed", NASTY)]),
        card=card,
        picked=[{"label": NASTY, "remove_url": NASTY}],
        record={"name_zh": NASTY, "name_en": NASTY + "2"},
        form=form,
    )
    assert "<script>" not in html
    assert "alert(1)" in html or "monogram" in source
    assert not re.search(r'="[^"]*\'>?\s*alert', html)


def test_block_bodies_keep_their_markup():
    html = render("{% bilingual form.code form.text %} <b>terms locked</b> {% endbilingual %}", form=BriefForm())
    assert "<b>terms locked</b>" in html


# --- Accessibility -----------------------------------------------------------------------------------


def test_icons_are_decorative_unless_named():
    assert 'aria-hidden="true"' in render("{% icon 'check' %}")
    named = render("{% icon 'check' label='done' %}")
    assert 'role="img" aria-label="done"' in named
    assert "aria-hidden" not in named


def test_every_icon_named_in_a_template_is_drawn():
    drawn = set(re.findall(r'id="i-([a-z]+)"', (ROOT / "matchmaking/static/yuxin/icons.svg").read_text()))
    used = set()
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        used |= set(re.findall(r"""{% icon ["']([a-z]+)["']""", text)) | set(
            re.findall(r"""{% \w+ [^%]*icon=["']([a-z]+)["']""", text)
        )
    assert used <= drawn, used - drawn


def test_no_template_of_ours_holds_inline_script_or_style():
    for template in (ROOT / "templates").rglob("*.html"):
        text = template.read_text()
        where = str(template)
        assert not re.search(r"\sstyle=", text), where
        assert not re.search(r"\son[a-z]+=\"", text), where
        assert "<style" not in text, where
        for attributes in re.findall(r"<script([^>]*)>", text):
            assert "src=" in attributes or 'type="application/json"' in attributes, where


def test_a_field_with_an_error_says_so_to_everyone():
    html = render("{% field form.code %}", form=BriefForm({}))
    control = re.search(r"<input[^>]*id=\"id_code\"[^>]*>", html)[0]
    assert 'aria-invalid="true"' in control
    assert 'aria-describedby="id_code_error id_code_helptext"' in control
    assert 'class="control"' in control
    assert "data-uscc" in control
    assert html.index("18 characters") < html.index('id="id_code_error"') < html.index("<input")
    assert '<label for="id_code">' in html


def test_a_field_without_an_error_is_quiet():
    html = render("{% field form.code %}", form=BriefForm())
    assert "aria-invalid" not in html
    assert 'aria-describedby="id_code_helptext"' in html


def test_optional_fields_are_marked_and_the_mark_can_go():
    assert "optional" in render("{% field form.text %}", form=BriefForm())
    assert "optional" not in render("{% field form.text mark_optional=False %}", form=BriefForm())
    assert "optional" not in render("{% field form.code %}", form=BriefForm())


def test_groups_of_choices_are_fieldsets_with_a_legend():
    html = render("{% field form.languages %}", form=BriefForm({"languages": ["en"]}))
    assert "<fieldset" in html
    assert "<legend>Languages</legend>" in html
    assert html.count('type="checkbox"') == 2
    assert re.search(r'value="en"[^>]*checked', html)
    assert "Group" in render("{% field form.who %}", form=BriefForm())


def test_one_checkbox_is_labelled_by_its_own_line():
    html = render("{% field form.agree %}", form=BriefForm())
    assert '<label class="choice" for="id_agree">' in html
    assert "Recorded" in html


def test_the_error_summary_counts_and_links_to_each_field():
    form = BriefForm({"token": "x"})
    form.add_error(None, "Whole form")
    html = render("{% error_summary form %}", form=form)
    assert 'role="alert"' in html
    assert 'tabindex="-1"' in html
    assert 'href="#id_code"' in html
    assert 'href="#id_languages_0"' in html
    assert "4 things need a change" in html
    assert "Whole form" in html


def test_the_error_summary_is_silent_without_errors():
    assert render("{% error_summary form nothing %}", form=BriefForm(), nothing=None).strip() == ""


def test_a_whole_form_prints_summary_fields_and_hidden_fields():
    html = str(BriefForm({"token": "secret"}))
    assert html.count("error-summary") >= 1
    assert 'type="hidden" name="token" value="secret"' in html
    assert html.count('name="code"') == 1


def test_bands_are_bars_and_a_word():
    assert render("{% band 'strong' %}").count('class="off"') == 0
    html = render("{% band 'possible' %}")
    assert html.count('class="off"') == 2
    assert "Possible match" in html
    with pytest.raises(KeyError):
        render("{% band 'certain' %}")


def test_rows_of_a_match_card_carry_their_verdict_as_a_word():
    rows = [Pair("Start", "Jan", "Feb", "warn"), Pair("Budget", "", "from", "quiet"), Pair("Service", "a", "b")]
    html = render("{% pairs rows %}", rows=rows)
    assert "Conflict:" in html
    assert "Missing:" in html
    assert '<span class="vh">Fits:' in html


def test_the_answer_clock_is_an_image_with_a_name():
    html = render("{% clock 2 3 %}x{% endclock %}")
    assert 'aria-label="2 of 3 working days left"' in html
    assert 'stroke-dasharray="142.4 213.6"' in html
    assert 'stroke-dasharray="0.0 213.6"' in render("{% clock -2 3 %}x{% endclock %}")
    assert 'stroke-dasharray="0.0 213.6"' in render("{% clock 0 0 %}x{% endclock %}")


def test_table_regions_can_be_scrolled_by_keyboard_and_have_a_name():
    html = render("{% tablewrap 'Offers' %}<table></table>{% endtablewrap %}")
    assert 'role="region" aria-label="Offers" tabindex="0"' in html


def test_a_facet_value_that_leaves_nothing_is_disabled_unless_chosen():
    html = render(
        "{% facet 'A' 'a' choices %}", choices=[Choice("x", "X", 0), Choice("y", "Y", 0, True), Choice("z", "Z", 3)]
    )
    assert re.search(r'value="x" disabled', html)
    assert re.search(r'value="y" checked data-submits', html)
    assert "disabled" not in re.search(r'value="z"[^>]*>', html)[0]


def test_a_figure_that_was_not_counted_says_so():
    html = render("{% tiles tiles %}", tiles=[Tile("Signed", None), Tile("Met", 0)])
    assert "not counted yet" in html
    assert '<dd class="big">0</dd>' in html


def test_an_empty_tray_is_not_there():
    assert render("{% tray items '#' %}", items=[]).strip() == ""


def test_changes_are_marked_by_word_in_english_and_by_character_in_chinese():
    before, after = mark_changes("up to 60 MLD", "up to 120 MLD")
    assert (before, after) == ("up to <del>60</del> MLD", "up to <ins>120</ins> MLD")
    before, after = mark_changes("市政污水项目", "市政污水与污泥项目")
    assert before == "市政污水项目"
    assert after == "市政污水<ins>与污泥</ins>项目"


# --- Pages and addresses --------------------------------------------------------------------------------


def context_at(path):
    return {"request": RequestFactory().get(path)}


def test_page_links_keep_the_other_parameters():
    page = Paginator(range(50), 10).get_page(2)
    html = render("{% pager page %}", page=page, **context_at("/en/find/?q=a%26b&alliance=x&alliance=y&page=2"))
    assert 'href="?q=a%26b&amp;alliance=x&amp;alliance=y&amp;page=3" rel="next"' in html
    assert '<span aria-current="page">2</span>' in html
    assert "11–20 of 50" in html


def test_query_url_sets_repeats_and_removes():
    at = context_at("/?q=1&sort=new&page=4")
    assert render("{% query_url page=None sort='old' %}", **at) == "?q=1&amp;sort=old"
    assert render("{% query_url c=many q='' %}", many=["a", "b"], **at) == "?sort=new&amp;page=4&amp;c=a&amp;c=b"


# --- Languages ----------------------------------------------------------------------------------------

FIRM = {"name_zh": "海峡子午", "name_en": "Straits Meridian"}


def test_the_readers_language_comes_first_and_the_other_is_tagged():
    english = render("{% both firm 'name' %}", firm=FIRM)
    assert english.index("Straits Meridian") < english.index("海峡子午")
    assert '<p class="sub" lang="zh-Hans">海峡子午</p>' in english
    chinese = render("{% both firm 'name' inline=True %}", "zh-hans", firm=FIRM)
    assert '<span class="sub" lang="en">Straits Meridian</span>' in chinese


def test_a_missing_language_falls_back_and_says_which_it_is():
    only_chinese = {"name_zh": "海峡子午", "name_en": ""}
    assert render("{{ firm|reader:'name' }}", firm=only_chinese) == '<span lang="zh-Hans">海峡子午</span>'
    assert render("{{ firm|original:'name' }}", firm=only_chinese) == ""
    assert 'lang="zh-Hans"' in render("{% both firm 'name' %}", firm=only_chinese)
    assert bilingual({}, "name", "en").text == ""


def test_equal_texts_are_not_shown_twice():
    assert bilingual({"name_zh": "KPMG", "name_en": "KPMG"}, "name", "en").other == ""


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh-hans", "11月26日 周四 15:00"), ("en", "Thu 26 Nov, 15:00")],
)
def test_moments_read_as_each_language_writes_them(language, expected, monkeypatch):
    monkeypatch.setattr("matchmaking.core.wording.timezone.localdate", lambda: date(2026, 1, 5))
    at = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
    assert moment(at, "Asia/Singapore", language) == expected


def test_the_year_is_written_when_it_differs(monkeypatch):
    monkeypatch.setattr("matchmaking.core.wording.timezone.localdate", lambda: date(2026, 1, 5))
    assert day(date(2027, 2, 15), "en") == "15 Feb 2027"
    assert day(date(2027, 2, 15), "zh-hans") == "2027年2月15日"
    assert day(date(2026, 2, 15), "zh-hans") == "2月15日"


def test_two_zones_agree_or_are_both_shown():
    at = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)
    same = render("{% two_zones at 'Asia/Shanghai' 'Asia/Singapore' %}", at=at)
    assert "same time in Chongqing and Singapore, UTC+8" in same
    different = render("{% two_zones at 'Asia/Shanghai' 'Asia/Ho_Chi_Minh' %}", at=at)
    assert "14:00" in different
    assert "UTC+7" in different


@pytest.mark.parametrize(
    ("band", "chinese", "english"),
    [
        ((500_000, 2_000_000, "CNY"), "50–200 万元", "CNY 0.5–2 million"),
        ((100_000_000, 500_000_000, "CNY"), "1–5 亿元", "CNY 100–500 million"),
        ((None, 500_000, "CNY"), "< 50 万元", "< CNY 500,000"),
        ((0, 500_000, "CNY"), "< 50 万元", "< CNY 500,000"),
        ((180_000, None, "SGD"), "18 万新元以上", "from SGD 180,000"),
        ((800, 800, "SGD"), "800 新元", "SGD 800"),
    ],
)
def test_money_is_a_band_in_the_units_of_the_language(band, chinese, english):
    assert money_band(*band, "zh-hans") == chinese
    assert money_band(*band, "en") == english
