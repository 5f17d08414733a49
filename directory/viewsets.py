"""The directory in the Wagtail admin, for the people who run the platform.

Contact persons and no-lists are not registered at all, and private needs do not exist here: those belong to the
company alone, and editors of the platform are not party to them.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel, TabbedInterface
from wagtail.admin.ui.tables import UpdatedAtColumn
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from directory.models import Company, Confidentiality, Credential, Need, Offer, Product, Term


def pair(name: str) -> FieldRowPanel:
    """The Chinese and the English field of one fact, side by side."""
    return FieldRowPanel([FieldPanel(f"{name}_zh"), FieldPanel(f"{name}_en")])


def tabs(*parts: tuple[Any, list[Panel]]) -> TabbedInterface:
    """An editing form in tabs: ``(heading, panels)``."""
    return TabbedInterface([ObjectList(panels, heading=heading) for heading, panels in parts])


class RecordViewSet(SnippetViewSet):
    """What all records share. ``search_fields`` are read by the database itself, where any character is harmless."""

    search_backend_name = None
    list_per_page = 50
    inspect_view_enabled = False
    copy_view_enabled = False
    select_related: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows of the listing with the rows that its columns name."""
        return self.model._default_manager.select_related(*self.select_related)


class CompanyViewSet(RecordViewSet):
    """Companies."""

    model = Company
    icon = "group"
    list_display = ("legal_name_zh", "legal_name_en", "country", "visibility", "live", UpdatedAtColumn())
    list_filter = ("country", "visibility", "live", "is_demo")
    search_fields = ("legal_name_zh", "legal_name_en", "short_name_zh", "short_name_en", "number", "slug")
    ordering = ("slug",)
    edit_handler = tabs(
        (
            _("Company"),
            [
                MultiFieldPanel([pair("legal_name"), pair("short_name"), FieldPanel("slug")], heading=_("Names")),
                MultiFieldPanel(
                    [FieldRowPanel([FieldPanel("country"), FieldPanel("scheme"), FieldPanel("number")])],
                    heading=_("Registration"),
                ),
                FieldRowPanel([FieldPanel("place"), FieldPanel("zone")]),
                FieldRowPanel([FieldPanel("founded"), FieldPanel("size_band")]),
                FieldRowPanel([FieldPanel("website"), FieldPanel("group_name")]),
            ],
        ),
        (_("Profile"), [pair("summary"), pair("description"), FieldPanel("sectors"), FieldPanel("languages")]),
    )


class OfferViewSet(RecordViewSet):
    """What companies offer."""

    model = Offer
    icon = "pick"
    list_display = ("title_zh", "title_en", "company", "service_type", "live", UpdatedAtColumn())
    list_filter = ("live", "service_type")
    search_fields = ("title_zh", "title_en", "company__legal_name_zh", "company__legal_name_en")
    select_related = ("company", "service_type")
    edit_handler = ObjectList(
        [
            FieldPanel("company"), FieldPanel("service_type"), pair("title"), pair("text"),
            FieldPanel("markets"), FieldPanel("languages"),
            FieldRowPanel([FieldPanel("deal_size"), FieldPanel("capacity"), FieldPanel("lead_days")]),
        ]
    )  # fmt: skip


class ProductViewSet(RecordViewSet):
    """What food companies sell."""

    model = Product
    icon = "tag"
    list_display = ("name_zh", "name_en", "company", "category", "live", UpdatedAtColumn())
    list_filter = ("live", "temperature", "category")
    search_fields = ("name_zh", "name_en", "hs6", "company__legal_name_zh", "company__legal_name_en")
    select_related = ("company", "category")
    edit_handler = tabs(
        (
            _("Product"),
            [
                FieldPanel("company"), FieldRowPanel([FieldPanel("category"), FieldPanel("hs6")]),
                pair("name"), pair("text"), FieldPanel("markets"),
            ],
        ),
        (
            _("Terms of supply"),
            [
                FieldRowPanel([FieldPanel("pack"), FieldPanel("minimum_order")]),
                FieldRowPanel([FieldPanel("price_band"), FieldPanel("incoterm")]),
                FieldRowPanel([FieldPanel("shelf_life_days"), FieldPanel("temperature")]),
                FieldPanel("origin_mark"),
            ],
        ),
    )  # fmt: skip


class CredentialViewSet(RecordViewSet):
    """What companies can prove. Evidence files are opened on the desk of the alliance, not here."""

    model = Credential
    icon = "clipboard-list"
    list_display = ("scheme", "company", "number", "valid_until_date", "live", UpdatedAtColumn())
    list_filter = ("live", "scheme")
    search_fields = ("number", "issuer", "company__legal_name_zh", "company__legal_name_en")
    select_related = ("company", "scheme")
    edit_handler = ObjectList(
        [
            FieldPanel("company"), FieldPanel("scheme"),
            FieldRowPanel([FieldPanel("issuer"), FieldPanel("number")]), pair("scope"),
            FieldRowPanel([FieldPanel("valid_from_date"), FieldPanel("valid_until_date")]), FieldPanel("markets"),
        ]
    )  # fmt: skip


View = Callable[..., HttpResponse]


def hiding_private_needs(view: View) -> View:
    """Answer 404 on every address of a private need, as for one that does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pk = str(kwargs.get("pk", args[0] if args else ""))
        if pk.isdecimal() and Need.objects.filter(pk=pk, confidentiality=Confidentiality.PRIVATE).exists():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


class NeedViewSet(RecordViewSet):
    """What companies look for, private needs excluded on every address."""

    model = Need
    icon = "help"
    list_display = ("title_zh", "title_en", "company", "confidentiality", "state", UpdatedAtColumn())
    list_filter = ("state", "live")
    search_fields = ("title_zh", "title_en")
    select_related = ("company",)
    edit_handler = ObjectList(
        [
            FieldPanel("company"), pair("title"), pair("text"),
            FieldPanel("service_types"), FieldPanel("product_categories"), FieldPanel("markets"),
            FieldPanel("languages"), FieldPanel("required_credentials"),
            FieldRowPanel([FieldPanel("budget"), FieldPanel("answer_by_date"), FieldPanel("confidentiality")]),
        ]
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Need]:
        """Needs that the platform's editors may know of."""
        return super().get_queryset(request).exclude(confidentiality=Confidentiality.PRIVATE)

    def get_urlpatterns(self) -> list[URLPattern]:
        """The usual addresses, each behind the guard."""
        patterns = super().get_urlpatterns()
        for pattern in patterns:
            pattern.callback = hiding_private_needs(pattern.callback)
        return patterns

    def register_chooser_viewset(self) -> None:
        """No chooser: nothing in the admin refers to a need, and a chooser would list the private ones."""


class DirectoryViewSetGroup(SnippetViewSetGroup):
    """The menu "Directory"."""

    items = (CompanyViewSet, OfferViewSet, NeedViewSet, ProductViewSet, CredentialViewSet)
    menu_label = _("Directory")
    menu_icon = "site"
    menu_order = 150


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Terms come from data files: whoever may work on them may read them here, nobody changes them here."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        may_read = (super(ReadOnlyPolicy, self).user_has_permission(user, right) for right in ("view", "change"))
        return action == "view" and any(may_read)


term_policy = ReadOnlyPolicy(Term)


class TermViewSet(ModelViewSet):
    """The vocabulary, to look things up."""

    model = Term
    icon = "list-ul"
    name = "terms"
    menu_label = _("Taxonomy")
    menu_order = 160
    add_to_admin_menu = True
    inspect_view_enabled = True
    copy_view_enabled = False
    permission_policy = term_policy
    exclude_form_fields = ("position",)
    list_display = ("label_zh", "label_en", "code", "kind", "parent", "active")
    list_filter = ("kind", "active")
    search_fields = ("label_zh", "label_en", "code")
    search_backend_name = None
    list_per_page = 100
