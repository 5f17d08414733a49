"""The specimens of the living style guide: one of every component, in every state, with invented names."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from matchmaking.core.components import (
    Cell,
    Change,
    Choice,
    Crumb,
    Difference,
    Entry,
    Gate,
    GateStep,
    Mark,
    Pair,
    Picked,
    RailItem,
    Signal,
    Step,
    Tab,
    Tile,
)


class SpecimenForm(forms.Form):
    """One field of every kind."""

    code = forms.CharField(
        label=_("Unified social credit code"),
        help_text=_("18 characters, without the letters I, O, S, V, Z."),
        widget=forms.TextInput(attrs={"data-uscc": True, "autocomplete": "off", "spellcheck": "false"}),
        max_length=18,
    )
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    budget = forms.ChoiceField(
        label=_("Budget band"), choices=[("", "—"), ("a", "< CNY 500k"), ("b", "CNY 0.5–2 million")]
    )
    answer_by = forms.DateField(label=_("Answer by"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    text = forms.CharField(label=_("Need"), widget=forms.Textarea, required=False)
    languages = forms.MultipleChoiceField(
        label=_("Working languages"),
        choices=[("zh", "中文"), ("en", "English")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    visibility = forms.ChoiceField(
        label=_("Who can see it"),
        choices=[("public", _("everyone")), ("anonymous", _("text shown, name not")), ("private", _("only you"))],
        widget=forms.RadioSelect,
    )
    attachment = forms.FileField(label=_("Attachment"), required=False)
    interpreter = forms.BooleanField(
        label=_("Interpreter wanted"), help_text=_("Provided by the alliance."), required=False
    )


def specimens(page: str) -> dict[str, Any]:
    """The context of the style guide; ``page`` is the page number its pager shows."""
    sent = {"code": "91500112MAYX26K706", "name_zh": "重庆渝环水务工程有限公司", "languages": ["zh"], "answer_by": "x"}
    form = SpecimenForm(sent)
    if "code" not in form.errors:
        form.add_error("code", _("Character 18 should be C, you wrote 6."))
    return {
        "form": form,
        "clean_form": SpecimenForm(initial={"name_zh": "工业园区污水处理", "name_en": "Industrial wastewater"}),
        "page": Paginator(range(230), 10).get_page(page),
        "company": {"name_zh": "海峡子午工程顾问", "name_en": "Straits Meridian Engineering Consultants"},
        "moment": datetime(2026, 11, 26, 7, 0, tzinfo=UTC),
        "budget": (500_000, 2_000_000, "CNY"),
        "cells": [
            Cell("91", "机关与类别"),
            Cell("500112", "渝北区"),
            Cell("MAYX26K70", "主体代码"),
            Cell("6", "校验码", bad=True),
        ],
        "crumbs": [Crumb("首页", "#"), Crumb("Straits Meridian", lang="en")],
        **_lists(),
        "cards": [
            _card("m1", "strong"),
            _card("m2", "good", summary="2 项符合，1 项冲突，1 项缺失：展开对照"),
            _possible_card(),
        ],
        "hits": _hits(),
        "gates": _gates(),
    }


def _lists() -> dict[str, Any]:
    return {
        "steps": [
            Step("账户", "done", "已完成"),
            Step("核对企业", "current", "第 2 步，共 4 步"),
            Step("服务或需求"),
            Step("提交审核"),
        ],
        "tabs": [Tab("工程设计（9）", "#", current=True), Tab("商标与专利（4）", "#"), Tab("项目融资（3）", "#")],
        "rail": [
            RailItem("Desk", "#", "grid", current=True),
            RailItem("Review queue", "#", "inbox", 12),
            RailItem("Members", "#", "users", 46),
        ],
        "tiles": [
            Tile("待审核", 12, "最久 6 天 · 目标 5 天"),
            Tile("已核验成员", 46, "5 家证据 30 天内到期", "渝 32 / 新 14"),
            Tile("双方确认签约", None, "上季度 9 个"),
        ],
        "choices": [
            Choice("e", "工程设计咨询", 23, True),
            Choice("t", "国际投资贸易", 4),
            Choice("i", "知识产权保护", 0),
        ],
        "entries": [
            Entry("等待您选时间", "clock", "warn"),
            Entry(
                "Nguyen Thi Lan",
                "file",
                at=datetime(2026, 11, 20, 9, 40, tzinfo=UTC),
                body="谢谢详细的说明。建议下周见面。",
                original="Thank you for the clear brief. We suggest a call next week.",
                original_lang="en",
            ),
            Entry("对方接受引荐", "check", "good", datetime(2025, 11, 18, 2, 30, tzinfo=UTC), note="双向同意完成。"),
        ],
        "differences": [
            Difference(
                "Process design: size",
                "Concept design, 10–60 MLD",
                "Concept design, 10–120 MLD",
                "en",
                "feeds matching",
            ),
            Difference(
                "中文简介",
                "市政污水与再生水项目",
                "市政污水、再生水与污泥项目",
                "zh-Hans",
                mark=Mark("英文过期", "bad", "alert"),
            ),
        ],
        "picked": [Picked("海峡子午", "#"), Picked("Equator Line", "#", "en")],
    }


def _card(anchor: str, band: str, summary: str = "") -> dict[str, Any]:
    return {
        "anchor": anchor,
        "name": "海峡子午工程顾问",
        "url": "#",
        "other_name": "Straits Meridian Engineering Consultants",
        "other_lang": "en",
        "monogram": "SM",
        "place": "新加坡",
        "band": band,
        "summary": summary,
        "rows": [
            Pair("服务", "工艺设计（A²/O、MBR）", "Wastewater process design; A²/O, MBR", "good", "", "en"),
            Pair("规模经验", "5 万吨/日", "3 plants, 60–120 MLD", "good", "", "en"),
            Pair("开工", "2027 年 1 月", "Earliest start 15 Feb 2027", "warn", "", "en"),
            Pair("预算", "未填写", "From SGD 180,000, lump sum", "quiet", "", "en"),
        ],
        "changes": [Change("开工放宽到 2 月下旬 → 冲突消除", "#"), Change("补填预算区间")],
        "signals": [Signal("clock", "通常 2 个工作日答复（19 次中 17 次按时）"), Signal("users", "本季还可接 2 个")],
    }


def _possible_card() -> dict[str, Any]:
    return {
        "anchor": "m3",
        "name": "Harbourfront Infrastructure Design",
        "name_lang": "en",
        "band": "possible",
        "note": "管网与泵站符合；工艺设计不在服务内。",
        "signals": [Signal("clock", "通常 2 个工作日答复")],
    }


def _hits() -> list[dict[str, Any]]:
    return [
        {
            "url": "#",
            "name": "海峡子午工程顾问",
            "other_name": "Straits Meridian Engineering Consultants Pte. Ltd.",
            "other_lang": "en",
            "place": "新加坡",
            "why": "污水处理厂工艺设计与提标改造，60–120 MLD；",
            "original": "“Process design for wastewater and reuse plants”",
            "original_lang": "en",
            "marks": [
                Mark("PE（化工）至 2027-06", "good", "seal"),
                Mark("案例为自述，未核验", "quiet"),
                Mark("可行性研究"),
            ],
            "signals": [Signal("clock", "2 个工作日内答复"), Signal("users", "本季可再接 2 个")],
        },
        {"url": "#", "name": "港湾基建设计", "mark": Mark("暂停接单至 1月15日", "quiet", "stop"), "place": "新加坡"},
    ]


def _gates() -> list[Gate]:
    titles = ("国家/地区", "企业注册", "产品与检测", "证书", "标签与单证")
    ready = tuple(GateStep(title, "符合", note="核对 11月2日") for title in titles)
    fixable = (*ready[:4], GateStep(titles[4], "缺马来文，需补原产国、等级、进口商", "fixable", "有模板，约 5 天"))
    closed = (
        ready[0],
        GateStep(titles[1], "本季名单已截止", "closed", "下一窗口 2027-08-01"),
        *(GateStep(title, "前一步未过，暂不检查", "unchecked") for title in titles[2:]),
    )
    return [
        Gate("g1", "新加坡", "ready", "5 项全部满足", ready),
        Gate("g2", "马来西亚", "fixable", "差 1 步，约 1 周", fixable),
        Gate("g3", "泰国", "closed", "本季无法补齐", closed),
    ]
