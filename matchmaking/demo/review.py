"""Newer text that waits beside the live one, and profiles that wait for a reviewer."""

from directory.actions import SubmitCompany
from matchmaking.demo.stage import Stage


def seed_reviews(stage: Stage) -> None:
    """Save the newer drafts, and submit profiles the way members do."""
    for key, entry in stage.entries.items():
        company = stage.companies[key]
        if "newer_summary" in entry:
            # The reader must meet the links of the saved row, not of the unsaved copy.
            draft = type(company).objects.get(pk=company.pk)
            draft.summary_zh, draft.summary_en = entry["newer_summary"]
            draft.save_revision(user=stage.owners[key], clean=False)
        if entry.get("state") == "submitted":
            SubmitCompany(stage.owners[key], company).run()
