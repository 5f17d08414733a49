"""Editorial pages: the front door, and what the platform says about itself."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from matchmaking.core.pages import BasePage

TEXT_FEATURES = ["bold", "link", "ol", "ul"]


class NoticeBlock(blocks.StructBlock):
    """A remark in a box."""

    tone = blocks.ChoiceBlock(choices=[("info", _("information")), ("warn", _("caution"))], default="info")
    text = blocks.CharBlock(max_length=500)

    class Meta:
        icon = "info-circle"
        label = _("Notice")
        template = "directory/blocks/notice.html"


class PointsBlock(blocks.StructBlock):
    """A list of short points, all of one kind."""

    kind = blocks.ChoiceBlock(
        choices=[("good", _("what holds")), ("quiet", _("what does not"))], default="good", label=_("Kind")
    )
    points = blocks.ListBlock(blocks.CharBlock(max_length=400, label=_("Point")), label=_("Points"))

    class Meta:
        icon = "list-ul"
        label = _("Points")
        template = "directory/blocks/points.html"


class BodyBlock(blocks.StreamBlock):
    """The few parts that an editorial page is made of."""

    heading = blocks.CharBlock(
        max_length=120, icon="title", label=_("Heading"), template="directory/blocks/heading.html"
    )
    text = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("Text"), template="directory/blocks/text.html")
    points = PointsBlock()
    notice = NoticeBlock()
    alliances = blocks.StaticBlock(
        icon="group", label=_("Alliances"), admin_text=_("The alliances with their members, from the directory."),
        template="directory/blocks/alliances.html",
    )  # fmt: skip


class HomePage(BasePage):
    """The front door: a search box for everybody, real figures, and what is checked."""

    headline = models.CharField(_("headline"), max_length=120)
    lede = models.TextField(_("lede"), max_length=400)
    placeholder = models.CharField(_("example in the search box"), max_length=120, blank=True)
    suggestions = models.TextField(_("searches to try, one per line"), max_length=400, blank=True)

    content_panels: ClassVar[list[Any]] = [
        *BasePage.content_panels,
        FieldPanel("headline"),
        FieldPanel("lede"),
        FieldPanel("placeholder"),
        FieldPanel("suggestions"),
    ]
    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = ["directory.EditorialPage"]
    template = "directory/home.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    @property
    def suggestion_list(self) -> list[str]:
        """The suggested searches, at most six."""
        return [line.strip() for line in self.suggestions.splitlines() if line.strip()][:6]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add figures counted from rows."""
        # The figures are read from models that are being loaded together with this page.
        from directory.figures import home_figures, newest_needs

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, "figures": home_figures(), "needs": newest_needs()}


class EditorialPage(BasePage):
    """A page of text: what is checked, how matches are ranked, privacy, accessibility, contact."""

    intro = models.TextField(_("introduction"), max_length=400, blank=True)
    body = StreamField(BodyBlock(), verbose_name=_("body"), blank=True)

    content_panels: ClassVar[list[Any]] = [*BasePage.content_panels, FieldPanel("intro"), FieldPanel("body")]
    parent_page_types: ClassVar[list[str]] = ["directory.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "directory/editorial_page.html"

    class Meta:
        verbose_name = _("editorial page")
        verbose_name_plural = _("editorial pages")
