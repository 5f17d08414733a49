"""What the directory adds to the Wagtail admin."""

from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet

from directory.models import Term
from directory.viewsets import DirectoryViewSetGroup, TermViewSet, term_policy

register_permission_policy(Term, term_policy)
register_snippet(DirectoryViewSetGroup)


@hooks.register("register_admin_viewset")
def register_term_viewset() -> ViewSet:
    """List the vocabulary."""
    return TermViewSet()
