"""News of this room for the rooms above; sent after the change is durable."""

from django.dispatch import Signal

# membership: Membership, event: str (past participle of ``alliances.workflow``), actor
membership_changed = Signal()
# check: ClaimCheck, actor
claim_checked = Signal()
# verdict: Verdict, actor
verdict_given = Signal()
verdict_lifted = Signal()
# alliance: Alliance, user: User, role: str ("" = revoked), actor
staff_role_changed = Signal()
