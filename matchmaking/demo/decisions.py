"""What secretariats decided: memberships in every state, verdicts; and the private no-lists of companies."""

import datetime
from typing import Any

from alliances.models import Alliance, Membership, MembershipState, Verdict
from directory.models import NoListEntry
from matchmaking.demo.content import Entry, alliance_decisions
from matchmaking.demo.stage import Stage

DECIDED = {MembershipState.APPROVED, MembershipState.REJECTED, MembershipState.SUSPENDED, MembershipState.ENDED}
COMPLETE = {MembershipState.APPROVED, MembershipState.SUSPENDED, MembershipState.ENDED}


def seed_decisions(stage: Stage) -> None:
    """Write memberships, verdicts and no-lists."""
    book = alliance_decisions()
    alliances = {alliance.code: alliance for alliance in Alliance.objects.all()}
    named = {(row["company"], row["alliance"]) for row in book["membership"]}
    plain = [
        {"company": key, "alliance": entry["alliance"], "state": "approved", "days": stage.chance.randint(60, 900)}
        for key, entry in stage.entries.items()
        if "alliance" in entry and (key, entry["alliance"]) not in named
    ]
    rows = [_membership(stage, alliances[row["alliance"]], row) for row in [*book["membership"], *plain]]
    Membership.objects.bulk_create(rows)
    Verdict.objects.bulk_create([_verdict(stage, alliances[row["alliance"]], row) for row in book["verdict"]])
    NoListEntry.objects.bulk_create(
        [
            NoListEntry(
                company=stage.companies[row["company"]], excluded=stage.companies[row["excluded"]],
                reason=row["reason"],
            )
            for row in book["no_list"]
        ]
    )
    stage.counts["memberships"] = len(rows)


def _membership(stage: Stage, alliance: Alliance, row: Entry) -> Membership:
    state = MembershipState(row["state"])
    reviewer = stage.staff[alliance.code, "reviewer"]
    applied = None if state == MembershipState.INVITED else stage.moment(row["days"])
    decided = applied + datetime.timedelta(days=min(9, row["days"])) if applied and state in DECIDED else None
    return Membership(
        company=stage.companies[row["company"]], alliance=alliance, state=state, reason=row.get("reason", ""),
        note=row.get("note", ""), statement=row.get("statement", ""), applied_at=applied, decided_at=decided,
        checklist=_checklist(alliance, row, state, reviewer),
        reviewer=None if state in (MembershipState.INVITED, MembershipState.APPLIED) else reviewer,
        first_approver=stage.staff[alliance.code, row["first"]] if "first" in row else None,
        valid_until_date=(decided + datetime.timedelta(days=1095)).date() if decided and state in COMPLETE else None,
    )


def _checklist(alliance: Alliance, row: Entry, state: MembershipState, reviewer: Any) -> dict[str, Any]:
    """All ticked where somebody approved; half way where a review is under way; nothing before."""
    items = [item["code"] for item in alliance.checklist]
    if state == MembershipState.IN_REVIEW and "first" not in row:
        items = items[: len(items) // 2]
    elif state not in COMPLETE and state != MembershipState.IN_REVIEW:
        return {}
    return {code: {"done": True, "by": reviewer.pk} for code in items}


def _verdict(stage: Stage, alliance: Alliance, row: Entry) -> Verdict:
    low, high = sorted((stage.companies[key] for key in row["pair"]), key=lambda company: company.pk)
    return Verdict(
        alliance=alliance, company_low=low, company_high=high, kind=row["kind"], reason=row["reason"],
        until_date=stage.day(row["until"]) if "until" in row else None,
        decided_by=stage.staff[alliance.code, "manager"],
    )
