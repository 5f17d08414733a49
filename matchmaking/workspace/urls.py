"""Addresses of this room, below the language prefix."""

from django.urls import URLPattern, path

from matchmaking.workspace import records
from matchmaking.workspace.records import RecordKind
from matchmaking.workspace.views import claims, company, evidence, home, join, matches, members, preferences
from matchmaking.workspace.views.records import need_state, record_edit, record_list, record_remove

app_name = "workspace"


def record_urls(kind: RecordKind, one: str, *, listed: bool = True) -> list[URLPattern]:
    """Return list, form and removal addresses of one kind of record, as far as it has them."""
    extra = {"kind": kind}
    urls = [
        path(f"my/{kind.code}/new/", record_edit, extra, name=f"{one}_new"),
        path(f"my/{kind.code}/<int:pk>/", record_edit, extra, name=one),
    ]
    if listed:
        urls.append(path(f"my/{kind.code}/", record_list, extra, name=kind.code))
    if kind.remove:
        urls.append(path(f"my/{kind.code}/<int:pk>/remove/", record_remove, extra, name=f"{one}_remove"))
    return urls


urlpatterns = [
    path("join/", join.join, name="join"),
    path("join/claim/", claims.claim_number, name="claim_number"),
    path("join/<slug:step>/", join.join_step, name="join_step"),
    path("companies/<slug:slug>/claim/", claims.claim, name="claim"),
    path("my/", home.home, name="home"),
    path("my/choose/", company.choose, name="choose"),
    path("my/company/", company.profile, name="company"),
    path("my/company/preview/", company.preview, name="company_preview"),
    path("my/company/move/", company.move, name="company_move"),
    path("my/company/withdraw/", company.withdraw, name="company_withdraw"),
    path("my/company/<slug:step>/", company.section, name="company_section"),
    path("my/members/", members.members, name="members"),
    path("my/members/<int:pk>/", members.member, name="member"),
    path("my/invitations/<int:pk>/revoke/", members.revoke, name="invitation_revoke"),
    path("my/invitations/<slug:token>/", members.invitation, name="invitation"),
    path("my/no-list/", members.no_list, name="no_list"),
    path("my/must-meet/", preferences.must_meet, name="must_meet"),
    path("my/matches/", matches.company_matches, name="company_matches"),
    path("needs/<int:pk>/matches/", matches.need_matches, name="need_matches"),
    path("products/<int:pk>/matches/", matches.product_matches, name="product_matches"),
    path("compare/", matches.compare, name="compare"),
    path("my/needs/<int:pk>/state/", need_state, name="need_state"),
    path("my/credentials/<int:pk>/evidence/", evidence.evidence, name="evidence"),
    *record_urls(records.OFFERS, "offer"),
    *record_urls(records.NEEDS, "need"),
    *record_urls(records.PRODUCTS, "product"),
    *record_urls(records.ESTABLISHMENTS, "establishment", listed=False),
    *record_urls(records.CREDENTIALS, "credential"),
]
