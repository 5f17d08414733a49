"""Evidence files: no address leads to them but this view, which asks the policy every time."""

from pathlib import PurePosixPath

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from directory.models import Credential
from directory.permissions import CredentialPolicy
from directory.storage import CONTENT_TYPES


@login_required
@require_safe
def evidence(request: HttpRequest, pk: int) -> FileResponse:
    """Send the file as a download; a missing file, a foreign one and no file at all look the same."""
    credential = Credential.objects.select_related("company").filter(pk=pk).first()
    if credential is None or not CredentialPolicy(request.user, credential).may_read_evidence:
        raise Http404
    name = credential.evidence.name or ""
    extension = PurePosixPath(name).suffix.lstrip(".")
    if extension not in CONTENT_TYPES or not credential.evidence.storage.exists(name):
        raise Http404
    response = FileResponse(
        credential.evidence.open("rb"), as_attachment=True, filename=f"evidence-{credential.pk}.{extension}",
        content_type=CONTENT_TYPES[extension],
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
