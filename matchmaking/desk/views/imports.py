"""Bringing in a list: upload, look at what it would do, save all or nothing, undo."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from directory.importing import (
    FileRefused,
    ImportPreview,
    MappingError,
    apply_import,
    check_file,
    undo_import,
)
from directory.importing.mapping import FIELDS, IGNORE
from directory.models import ImportRun
from matchmaking.core.actions import InvalidTransition
from matchmaking.desk.access import Desk, desk_page, desk_view
from matchmaking.desk.uploads import UploadedList

SHOWN = 100
PER_PAGE = 30


class UploadForm(forms.Form):
    """The list itself."""

    file = forms.FileField(
        label=gettext_lazy("List of companies"),
        help_text=gettext_lazy(
            "CSV or XLSX, up to 10 MB and 10,000 rows. Nothing is saved before you have seen it."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
        max_length=200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view("may_import")
def imports(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Upload a list, and see earlier ones of this alliance."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            check_file(upload)
        except (FileRefused, MappingError) as refused:
            form.add_error("file", str(refused))
        else:
            upload.seek(0)
            kept = UploadedList.keep(desk.alliance, request.user, upload)
            address = QueryDict(mutable=True)
            address["name"] = upload.name
            return redirect(f"{kept.token}/?{address.urlencode()}")
    runs = ImportRun.objects.filter(alliance_code=desk.alliance.code).select_related("started_by")
    page = Paginator(runs, PER_PAGE).get_page(request.GET.get("page"))
    status = 422 if request.method == "POST" else 200
    return desk_page(
        request, desk, "imports.html", {"form": form, "page": page}, current="imports", status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view("may_import")
def preview(request: HttpRequest, desk: Desk, token: str) -> HttpResponse:
    """Show what the list would do under the chosen columns; a POST saves it."""
    kept = UploadedList(desk.alliance, request.user, token)
    if not kept.exists():
        raise Http404
    chosen = request.POST if request.method == "POST" else request.GET
    found, problem = _checked(kept, chosen)
    if request.method == "POST":
        run = _saved(request, desk, found)
        if run is not None:
            kept.delete()
            return redirect("desk:imports", desk.alliance.code)
    options = [(IGNORE, _("leave out")), *((name, str(label)) for name, label in FIELDS.items())]
    columns = [
        {"index": index, "header": header, "field": found.mapping.get(header, IGNORE)}
        for index, header in enumerate(found.table.header)
        if header
    ]
    context = {
        "preview": found,
        "columns": columns,
        "options": options,
        "problem": problem,
        "token": token,
        "country": chosen.get("country", ""),
        "name": chosen.get("name", ""),
        "rows": found.new_rows[:SHOWN],
        "duplicates": _duplicates(found)[:SHOWN],
        "errors": found.errors[:SHOWN],
        "remarks": found.remarks[:SHOWN],
    }
    return desk_page(request, desk, "import_preview.html", context, current="imports")


def _checked(kept: UploadedList, chosen: Mapping[str, Any]) -> tuple[ImportPreview, str]:
    """Check the file under the chosen columns; an impossible choice falls back to the guess and says so."""
    country = chosen.get("country", "")
    country = country if country in ("CN", "SG") else ""
    with kept.open() as stream:
        guess = check_file(stream, country=country)
    wanted = {
        header: chosen[f"c{index}"]
        for index, header in enumerate(guess.table.header)
        if header and chosen.get(f"c{index}")
    }
    found, problem = guess, ""
    if wanted and wanted != {header: guess.mapping.get(header, IGNORE) for header in wanted}:
        try:
            with kept.open() as stream:
                found = check_file(stream, wanted, country=country)
        except MappingError as error:
            problem = str(error)
    found.file_name = str(chosen.get("name", ""))[:200] or found.file_name
    return found, problem


def _saved(request: HttpRequest, desk: Desk, found: ImportPreview) -> ImportRun | None:
    """Save the list; firms that are there already are skipped, whoever brought them in."""
    try:
        run = apply_import(
            found,
            request.user,
            alliance_code=desk.alliance.code,
            on_duplicate="skip",
            publish=request.POST.get("publish") == "on",
        )
    except InvalidTransition as refused:
        messages.error(request, str(refused))
        return None
    numbers = {"created": run.created_count, "skipped": run.skipped_count}
    messages.success(request, _("%(created)s companies are in; %(skipped)s were there already.") % numbers)
    return run


def _duplicates(found: ImportPreview) -> list[dict[str, Any]]:
    names = {row.line: row.name for row in found.rows}
    reasons = {
        "number": _("same number"),
        "name": _("same name"),
        "similar": _("similar name, kept as a new one"),
    }
    return [
        {"line": line, "name": names.get(line, ""), "reason": reasons[twin.reason], "known": twin.known.name}
        for line, twin in found.duplicates.items()
    ]


@require_POST
@desk_view("may_import")
def undo(request: HttpRequest, desk: Desk, pk: int) -> HttpResponse:
    """Take a list of this alliance back; companies that somebody speaks for by now stay."""
    run = get_object_or_404(ImportRun, pk=pk, alliance_code=desk.alliance.code)
    try:
        undo_import(run, request.user)
    except InvalidTransition as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The import was undone."))
    return redirect("desk:imports", desk.alliance.code)
