"""News of this room; rooms above listen. All are sent after the change is durable."""

from django.dispatch import Signal

# company, actor
company_created = Signal()
company_submitted = Signal()
company_published = Signal()
company_returned = Signal()
company_withdrawn = Signal()
# claim, actor
company_claimed = Signal()
claim_decided = Signal()
# need, actor
need_opened = Signal()
need_closed = Signal()
# company, user, actor
member_joined = Signal()
member_removed = Signal()
