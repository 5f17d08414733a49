"""Saving a checked list, all or nothing, and undoing it as one unit."""

from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.importing.preview import ImportPreview
from directory.importing.rights import may_import
from directory.importing.rows import Row
from directory.models import Company, ImportRun, Visibility
from directory.slugs import free_slug, slugify_name
from directory.versions import mark_changed
from matchmaking.core.actions import Action, InvalidTransition
from matchmaking.core.fault_points import reached
from matchmaking.core.progress import progress

ON_DUPLICATE = ("skip", "update")


class ImportCompanies(Action):
    """Save the rows of a preview as unclaimed companies. A row that repeats a firm is skipped or updates it.

    A firm that somebody speaks for is never updated from a list. The preview must be fresh: a firm that appeared
    since then under the same number stops the whole run.
    """

    name = "directory.import_companies"

    def __init__(
        self, actor: Any, preview: ImportPreview, *, publish: bool = True, on_duplicate: str = "skip",
        alliance_code: str = "", show_progress: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(actor)
        self.preview = preview
        self.publish = publish
        self.on_duplicate = on_duplicate
        self.alliance_code = alliance_code
        self.show_progress = show_progress
        self.run_row: ImportRun | None = None

    def allowed(self) -> bool:
        """Ask who may import."""
        return may_import(self.actor)

    def check(self) -> None:
        """A list with errors is not saved at all."""
        if self.on_duplicate not in ON_DUPLICATE:
            raise ValueError(f"on_duplicate is one of {ON_DUPLICATE}")
        if self.preview.errors:
            raise InvalidTransition(_("The list has errors. Nothing was saved."))

    def perform(self) -> ImportRun:
        """Create the run, its companies and their dirty marks."""
        preview = self.preview
        run = self.run_row = ImportRun.objects.create(
            file_name=preview.file_name, sha256=preview.table.sha256, mapping=preview.mapping,
            state=ImportRun.State.DONE, started_by=self.actor, alliance_code=self.alliance_code,
        )  # fmt: skip
        companies = self._create(run)
        updated = self._update(run) if self.on_duplicate == "update" else []
        for pk in progress([*companies, *updated], "marking", show=self.show_progress):
            mark_changed(pk)
            reached("W4")
        run.created_count, run.updated_count = len(companies), len(updated)
        run.skipped_count = len(preview.repeated) - len(updated)
        run.save()
        return run

    def _create(self, run: ImportRun) -> list[int]:
        rows = self.preview.new_rows
        taken = set(Company.objects.values_list("slug", flat=True))
        companies = [self._company(row, run, taken) for row in progress(rows, "saving", show=self.show_progress)]
        try:
            Company.objects.bulk_create(companies, batch_size=200)
        except IntegrityError as error:
            message = _("A company of this list was entered by somebody else meanwhile. Check the list again.")
            raise InvalidTransition(message) from error
        saved = list(zip(companies, rows, strict=True))
        _link(Company.sectors.through, [(company.pk, row.sectors) for company, row in saved])
        _link(Company.languages.through, [(company.pk, row.languages) for company, row in saved])
        return [company.pk for company in companies]

    def _company(self, row: Row, run: ImportRun, taken: set[str]) -> Company:
        names = ("short_name_en", "legal_name_en", "short_name_zh", "legal_name_zh")
        stems = (slugify_name(str(row.values.get(name, ""))) for name in names)
        slug = free_slug(next(filter(None, stems), "company"), taken)
        taken.add(slug)
        published = timezone.now() if self.publish else None
        return Company(
            **row.values, slug=slug, import_run=run, live=self.publish,
            visibility=Visibility.LIVE if self.publish else Visibility.DRAFT,
            first_published_at=published, last_published_at=published,
        )  # fmt: skip

    def _update(self, run: ImportRun) -> list[int]:
        """Fill in and replace what the list says of firms nobody speaks for; note what stood there."""
        rows = {row.line: row for row in self.preview.rows}
        updated: list[int] = []
        for line, found in self.preview.repeated.items():
            company = Company.objects.filter(pk=found.known.pk).first() if found.known.pk else None
            if company is None or company.is_claimed or company.pk in updated:
                continue
            row = rows[line]
            new = {name: value for name, value in row.values.items() if value not in ("", None)}
            changed = {name: value for name, value in new.items() if getattr(company, name) != value}
            old = {name: getattr(company, name) for name in changed}
            sectors = list(company.sectors.values_list("pk", flat=True))
            if row.sectors and set(row.sectors) != set(sectors):
                old["sectors"] = sectors
                _replace_sectors(company.pk, row.sectors)
            if not old:
                continue
            _set(company, changed)
            run.replaced[str(company.pk)] = old
            updated.append(company.pk)
        return updated

    def target(self) -> models.Model:
        """Name the run."""
        assert self.run_row is not None
        return self.run_row

    def audit_data(self) -> dict[str, Any]:
        """Numbers only."""
        run = self.run_row
        return {"created": run.created_count, "updated": run.updated_count, "skipped": run.skipped_count} if run else {}


class UndoImport(Action):
    """Take back a run: its companies go, and what it replaced comes back. Firms that were claimed since stay."""

    name = "directory.undo_import"

    def __init__(self, actor: Any, run: ImportRun) -> None:
        super().__init__(actor)
        self.import_run = run
        self.removed = self.kept = self.restored = 0

    def lock(self) -> None:
        """Hold the run."""
        self.import_run = ImportRun.objects.select_for_update().get(pk=self.import_run.pk)

    def allowed(self) -> bool:
        """Ask who may import."""
        return may_import(self.actor)

    def check(self) -> None:
        """Only a run that was saved can be undone, and only once."""
        if self.import_run.state != ImportRun.State.DONE:
            raise InvalidTransition(_("This import was undone already."))

    def perform(self) -> ImportRun:
        """Delete, restore, and note the time."""
        run = self.import_run
        claimed = run.companies.filter(members__isnull=False)
        self.kept = claimed.distinct().count()
        unclaimed = run.companies.filter(members__isnull=True)
        self.removed = unclaimed.count()
        try:
            unclaimed.delete()
        except models.ProtectedError as error:
            message = _("Other records already rest on a company of this import. It can no longer be undone.")
            raise InvalidTransition(message) from error
        for pk, old in run.replaced.items():
            self._restore(int(pk), dict(old))
        run.state, run.undone_at = ImportRun.State.UNDONE, timezone.now()
        run.save()
        return run

    def _restore(self, pk: int, old: dict[str, Any]) -> None:
        company = Company.objects.filter(pk=pk).first()
        if company is None or company.is_claimed:
            return
        sectors = old.pop("sectors", None)
        if sectors is not None:
            _replace_sectors(pk, sectors)
        _set(company, old)
        mark_changed(pk)
        self.restored += 1

    def target(self) -> models.Model:
        """Name the run."""
        return self.import_run

    def audit_data(self) -> dict[str, Any]:
        """Numbers only."""
        return {"removed": self.removed, "kept": self.kept, "restored": self.restored}


def apply_import(preview: ImportPreview, actor: Any, **options: Any) -> ImportRun:
    """Save a checked list; see :class:`ImportCompanies` for the options. Raises ``InvalidTransition``."""
    run: ImportRun = ImportCompanies(actor, preview, **options).run()
    return run


def undo_import(run: ImportRun, actor: Any) -> ImportRun:
    """Take a run back; raises ``InvalidTransition``."""
    undone: ImportRun = UndoImport(actor, run).run()
    return undone


@transaction.atomic
def _set(company: Company, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(company, name, value)
    if values:
        Company.objects.filter(pk=company.pk).update(**values, updated_at=timezone.now())


def _replace_sectors(pk: int, sectors: list[int]) -> None:
    Company.sectors.through.objects.filter(company_id=pk).delete()
    _link(Company.sectors.through, [(pk, sectors)])


def _link(through: Any, pairs: list[tuple[int, list[int]]]) -> None:
    """Write the rows of a relation at once: (company, terms)."""
    through.objects.bulk_create(
        [through(company_id=company, term_id=term) for company, terms in pairs for term in terms], batch_size=500
    )
