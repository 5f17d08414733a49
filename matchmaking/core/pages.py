"""What every editorial page shares."""

from typing import ClassVar

from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField


class BasePage(Page):
    """An editorial page. Its address is the same in every language, so that one switch leads to its twin."""

    # wagtail-localize offers every text field to translators; the address is not a text.
    override_translatable_fields: ClassVar[list[SynchronizedField]] = [SynchronizedField("slug")]
    show_in_menus_default = False

    class Meta:
        abstract = True
