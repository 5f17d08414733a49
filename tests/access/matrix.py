"""The access matrix as data: one row per route name of the URLconf, for every role and both halves of the world.

A row describes one object; whether a person stands near it (member, staff) or far is worked out per half, so
"own" and "foreign" are the same row read twice. The letters of a pattern:

A anonymous · R registered, without a company · V viewer of the company · O its owner · P owner of the other party
M member of another company · S staff of this alliance (manager) · T staff of another alliance · L platform staff

Statuses are numbers, ``login`` and ``join`` are redirects to these pages, ``302`` any other redirect.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from search.saved.links import stop_token
from tests.access.world import MARKER, World, upload

Pattern = dict[str, int | str]
Arguments = Callable[[World, SimpleNamespace], dict[str, Any]]
LETTERS = "ARVOPMSTL"


def who(text: str) -> Pattern:
    """``"A:login RT:join VO:200 *:404"`` → a status per letter; ``*`` is everybody not named."""
    found: Pattern = {}
    for part in text.split():
        letters, status = part.split(":")
        for letter in LETTERS if letters == "*" else letters:
            found.setdefault(letter, int(status) if status.isdecimal() else status)
    assert set(found) == set(LETTERS), text
    return found


PUBLIC = who("*:200")
NOT_THERE = who("*:404")
SIGNED_IN = who("A:login *:200")
# Pages of "my company" without an object in the address: everybody with a company sees their own.
OWN_PAGE = who("A:login RSTL:join *:200")
OWN_EDIT = who("A:login RSTL:join V:403 *:200")
OWN_OWNER = who("A:login RSTL:join V:404 *:200")
# An object of one company, below my/.
RECORD = who("A:login RSTL:join V:403 O:200 *:404")
RECORD_ACT = who("A:login RSTL:join V:403 O:302 *:404")
PRIVATE = who("A:login VO:200 *:404")
PARTIES = who("A:login VOP:200 *:404")
DESK = who("A:login SL:200 *:403")
DESK_TEAM = who("A:login S:200 *:403")


@dataclass(frozen=True)
class Row:
    """``get`` and ``post`` (an empty form): status per letter, None = the method is refused for everybody.

    ``form`` is a form that only the lack of the right can stop: it changes rows for ``acts`` and for nobody else.
    """

    args: Arguments = lambda world, side: {}
    get: Pattern | None = None
    post: Pattern | None = None
    form: Arguments | None = None
    acts: str = ""
    query: str = ""
    # Nobody's company in the address: "own" is whatever the person has.
    personal: bool = False
    # The address is signed and is itself the right: a mail program uses it without a page of ours (RFC 8058).
    by_link: bool = False


def _pk(name: str) -> Arguments:
    return lambda world, side: {"pk": getattr(side, name).pk}


def _code(world: World, side: SimpleNamespace) -> dict[str, Any]:
    return {"code": side.alliance.code}


def _with(base: Arguments, more: Arguments) -> Arguments:
    return lambda world, side: {**base(world, side), **more(world, side)}


def _reference(name: str) -> Arguments:
    return lambda world, side: {"reference": getattr(side, name).reference}


def _form(**fields: Any) -> Arguments:
    return lambda world, side: fields


def _offer(world: World, side: SimpleNamespace) -> dict[str, Any]:
    return {"service_type": world.terms.service.pk, "title_en": "Changed", "title_zh": "改"}


def _need(world: World, side: SimpleNamespace) -> dict[str, Any]:
    return {"service_types": [world.terms.service.pk], "title_en": "Changed", "confidentiality": "public"}


def _product(world: World, side: SimpleNamespace) -> dict[str, Any]:
    return {"category": world.terms.category.pk, "name_en": "Changed", "temperature": "ambient"}


def _credential(world: World, side: SimpleNamespace) -> dict[str, Any]:
    return {"scheme": world.terms.scheme.pk, "issuer": "Changed"}


def _step(**steps: str) -> Arguments:
    return lambda world, side: steps


_review = _with(_code, _pk("membership"))
_EDIT_POST = who("A:login RSTL:join V:403 O:422 *:404")
_NEW_POST = who("A:login RSTL:join V:403 *:422")
_REQUEST = {"reason": "We need cold storage by January, please."}
_STORY = {"summary_en": "Changed", "summary_zh": "改"}

ROWS: dict[str, Row] = {
    # --- kernel -------------------------------------------------------------------------------------------
    "core:display_settings": Row(post=who("*:400"), form=_form(theme="dark")),
    "core:livez": Row(get=PUBLIC),
    "core:readyz": Row(get=PUBLIC),
    "core_localised:styleguide": Row(get=NOT_THERE),
    "sitemaps:robots": Row(get=PUBLIC),
    "sitemaps:index": Row(get=PUBLIC),
    "sitemaps:section": Row(_step(section="companies"), get=PUBLIC),
    "wagtail_serve": Row(lambda world, side: {}, get=PUBLIC),
    # --- directory ----------------------------------------------------------------------------------------
    "directory:companies": Row(get=PUBLIC),
    "directory:company": Row(lambda world, side: {"slug": side.company.slug}, get=PUBLIC),
    "directory:company?preview=draft": Row(
        lambda world, side: {"slug": side.company.slug}, get=PUBLIC, query="preview=draft"
    ),
    "directory:company#hidden": Row(
        lambda world, side: {"slug": side.hidden.slug}, get=who("L:200 *:404"), query="preview=draft"
    ),
    "directory:company#waiting": Row(lambda world, side: {"slug": side.waiting.slug}, get=who("SL:200 *:404")),
    "directory:need": Row(_pk("need"), get=PUBLIC),
    "directory:need#anonymous": Row(_pk("anonymous_need"), get=PUBLIC),
    "directory:need#private": Row(_pk("private_need"), get=who("VO:200 *:404")),
    "directory:need#draft": Row(_pk("draft_need"), get=who("VO:200 *:404")),
    # --- search -------------------------------------------------------------------------------------------
    "search:find": Row(get=PUBLIC),
    "search:find?q=canary": Row(get=PUBLIC, query="q=kanari"),
    "search:find?q=marker": Row(get=PUBLIC, query="q=leuchtturm"),
    "search:needs": Row(get=PUBLIC),
    "search:matches": Row(get=SIGNED_IN),
    "search:suggest": Row(get=PUBLIC, query="q=kanari"),
    "search:saved": Row(get=SIGNED_IN, personal=True),
    "search:save": Row(
        post=who("A:login *:400"), form=_form(kind="company", query=f"q={MARKER}", rhythm="daily"), acts="RVOPMSTL",
        personal=True,
    ),
    "search:saved_change": Row(
        _pk("saved"), post=who("A:login O:400 *:404"), form=_form(rhythm="weekly"), acts="O"
    ),
    "search:stop": Row(
        lambda world, side: {"token": stop_token(side.owner.pk, [side.saved.pk])}, get=PUBLIC,
        post=who("*:302"), form=_form(reason="many"), acts=LETTERS, by_link=True,
    ),
    # --- alliances ----------------------------------------------------------------------------------------
    "alliances:list": Row(get=PUBLIC),
    "alliances:detail": Row(_code, get=PUBLIC),
    "alliances:apply": Row(
        _code, get=who("A:login V:403 *:200"), post=who("A:login V:403 RSTL:200 *:422"), personal=True,
        form=lambda world, side: {"step": "withdraw", "company": side.company.slug}, acts="O",
    ),
    # --- workspace: joining -------------------------------------------------------------------------------
    "workspace:join": Row(get=who("A:login *:302"), personal=True),
    "workspace:join_step": Row(
        _step(step="register"), get=SIGNED_IN, post=who("A:login *:422"), personal=True,
        form=_form(country="CN", number="914403001922038216"), acts="RVOPMSTL",
    ),
    "workspace:join_step#names": Row(_step(step="names"), get=who("A:login *:join"), post=who("A:login *:join"),
                                     form=_form(legal_name_en="Changed"), personal=True),
    "workspace:claim_number": Row(get=who("A:login *:404"), post=who("A:login *:404")),
    "workspace:claim": Row(
        lambda world, side: {"slug": side.imported.slug}, get=SIGNED_IN, post=who("A:login *:422"),
        form=_form(message="We are this company, please look at our licence."), acts="RVOPMSTL",
    ),
    # --- workspace: the company ---------------------------------------------------------------------------
    "workspace:home": Row(get=SIGNED_IN, personal=True),
    "workspace:choose": Row(
        post=who("A:login *:404"), form=lambda world, side: {"company": str(side.company.pk)},
    ),
    "workspace:company": Row(get=OWN_PAGE, personal=True),
    "workspace:company_preview": Row(get=OWN_PAGE, personal=True),
    "workspace:company_move": Row(
        post=who("A:login RSTL:join *:404"), form=_form(move="withdraw"), acts="OPM", personal=True
    ),
    "workspace:company_withdraw": Row(get=OWN_OWNER, personal=True),
    "workspace:company_section": Row(
        _step(step="story"), get=OWN_EDIT, post=_NEW_POST, form=_form(**_STORY), acts="OPM", personal=True
    ),
    "workspace:company_section#contact": Row(
        _step(step="contact"), get=OWN_EDIT, post=_NEW_POST, form=_form(name="Changed", email="c@example.org"),
        acts="OPM", personal=True,
    ),
    "workspace:members": Row(
        get=OWN_PAGE, post=who("A:login RSTL:join *:422"), personal=True,
        form=_form(email="new@example.org", role="viewer"), acts="OPM",
    ),
    "workspace:member": Row(
        _pk("leaver_row"), post=who("A:login RSTL:join V:403 O:302 *:404"), form=_form(remove="1"), acts="O"
    ),
    "workspace:invitation_revoke": Row(
        _pk("invitation"), post=who("A:login RSTL:join V:403 O:302 *:404"), form=_form(), acts="O"
    ),
    "workspace:invitation": Row(
        lambda world, side: {"token": side.invitation_here.token}, get=who("A:login R:200 *:403"),
        post=who("A:login R:302 *:403"), form=_form(), acts="R",
    ),
    "workspace:no_list": Row(
        get=OWN_PAGE, post=who("A:login RSTL:join V:403 *:404"), personal=True,
        form=lambda world, side: {"company": side.imported.slug}, acts="OPM",
    ),
    "workspace:must_meet": Row(
        get=OWN_PAGE, post=who("A:login RSTL:join V:403 *:404"), personal=True,
        form=lambda world, side: {"company": side.imported.slug}, acts="OPM",
    ),
    # --- workspace: matches -------------------------------------------------------------------------------
    "workspace:company_matches": Row(
        get=OWN_PAGE, post=who("A:login RSTL:join V:403 *:404"), personal=True,
        form=lambda world, side: {"exclude": side.imported.slug, "company": side.imported.slug}, acts="OPM",
    ),
    "workspace:need_matches": Row(_pk("private_need"), get=PRIVATE, post=who("A:login V:403 *:404"),
                                  form=lambda world, side: {"company": side.imported.slug}, acts="O"),
    "workspace:product_matches": Row(_pk("product"), get=PRIVATE, post=who("A:login V:403 *:404"),
                                     form=lambda world, side: {"company": side.imported.slug}, acts="O"),
    "workspace:compare": Row(get=SIGNED_IN, query="c=company-x,company-z,hidden-x,hidden-z"),
    # --- workspace: records -------------------------------------------------------------------------------
    "workspace:offers": Row(get=OWN_PAGE, personal=True),
    "workspace:offer_new": Row(get=OWN_EDIT, post=_NEW_POST, form=_offer, acts="OPM", personal=True),
    "workspace:offer": Row(_pk("offer"), get=RECORD, post=_EDIT_POST, form=_offer, acts="O"),
    "workspace:offer_remove": Row(_pk("offer"), get=RECORD, post=RECORD_ACT, form=_form(), acts="O"),
    "workspace:needs": Row(get=OWN_PAGE, personal=True),
    "workspace:need_new": Row(get=OWN_EDIT, post=_NEW_POST, form=_need, acts="OPM", personal=True),
    "workspace:need": Row(_pk("private_need"), get=RECORD, post=_EDIT_POST, form=_need, acts="O"),
    "workspace:need_state": Row(
        _pk("need"), post=who("A:login RSTL:join *:404"), form=_form(state="closed"), acts="O"
    ),
    "workspace:products": Row(get=OWN_PAGE, personal=True),
    "workspace:product_new": Row(get=OWN_EDIT, post=_NEW_POST, form=_product, acts="OPM", personal=True),
    "workspace:product": Row(_pk("product"), get=RECORD, post=_EDIT_POST, form=_product, acts="O"),
    "workspace:product_remove": Row(_pk("product"), get=RECORD, post=RECORD_ACT, form=_form(), acts="O"),
    "workspace:establishment_new": Row(
        get=OWN_EDIT, post=_NEW_POST, form=_form(kind="farm", name_en="Changed"), acts="OPM", personal=True
    ),
    "workspace:establishment": Row(
        _pk("establishment"), get=RECORD, post=_EDIT_POST, form=_form(kind="farm", name_en="Changed"), acts="O"
    ),
    "workspace:credentials": Row(get=OWN_PAGE, personal=True),
    "workspace:credential_new": Row(get=OWN_EDIT, post=_NEW_POST, form=_credential, acts="OPM", personal=True),
    "workspace:credential": Row(_pk("credential"), get=RECORD, post=_EDIT_POST, form=_credential, acts="O"),
    "workspace:credential_remove": Row(_pk("credential"), get=RECORD, post=RECORD_ACT, form=_form(), acts="O"),
    "workspace:evidence": Row(_pk("credential"), get=who("A:login VOSL:200 *:404")),
    # --- introductions ------------------------------------------------------------------------------------
    "introductions:list": Row(get=SIGNED_IN, personal=True),
    "introductions:request": Row(
        lambda world, side: {"slug": side.imported.slug}, get=who("A:login RVSTL:403 *:200"),
        post=who("A:login RVSTL:403 *:422"), form=_form(**_REQUEST), acts="OPM", personal=True,
    ),
    "introductions:detail": Row(_reference("introduction"), get=PARTIES),
    "introductions:accept": Row(_reference("waiting_in"), post=who("A:login O:302 *:404"), form=_form(), acts="O"),
    "introductions:decline": Row(
        _reference("waiting_in"), post=who("A:login O:422 *:404"), form=_form(code="why-decline"), acts="O"
    ),
    "introductions:withdraw": Row(_reference("waiting_out"), post=who("A:login O:302 *:404"), form=_form(), acts="O"),
    "introductions:message": Row(
        _reference("introduction"), post=who("A:login OP:422 *:404"), form=_form(text="Hello"), acts="OP"
    ),
    "introductions:consent": Row(
        _reference("introduction"), post=who("A:login OP:302 *:404"), form=_form(consent=["name"]), acts="OP"
    ),
    "introductions:advance": Row(
        _reference("introduction"), post=who("A:login *:404"), form=_form(state="in_talks"), acts="OP"
    ),
    "introductions:close": Row(
        _reference("introduction"), post=who("A:login OP:422 *:404"), form=_form(code="why-close_introduction"),
        acts="OP",
    ),
    # --- desk ---------------------------------------------------------------------------------------------
    "desk:home": Row(get=who("A:login ST:302 L:200 *:403")),
    "desk:queue": Row(_code, get=DESK),
    "desk:review": Row(
        _review, get=DESK, post=who("A:login SL:422 *:403"),
        form=lambda world, side: {"step": "take", "version": side.membership.version}, acts="S",
    ),
    "desk:members": Row(_code, get=DESK),
    "desk:invitations": Row(
        _code, get=DESK, post=who("A:login SL:422 *:403"),
        form=lambda world, side: {"company": side.excluded.slug}, acts="S",
    ),
    "desk:gaps": Row(_code, get=DESK),
    "desk:verdicts": Row(
        _code, get=DESK, post=who("A:login SL:422 *:403"), acts="S",
        form=lambda world, side: {
            "first": side.member.slug, "second": side.excluded.slug, "kind": "suppress", "reason": "why-suppress",
        },
    ),
    "desk:profiles": Row(_code, get=DESK),
    "desk:profile": Row(
        _with(_code, _pk("waiting")), get=DESK, post=who("A:login SL:200 *:403"), form=_form(step="publish"), acts="SL"
    ),
    "desk:claims": Row(
        _code, get=DESK, post=who("A:login SL:404 *:403"), acts="SL",
        form=lambda world, side: {"claim": str(side.claim.pk), "step": "approve"},
    ),
    "desk:imports": Row(_code, get=DESK_TEAM, post=who("A:login S:422 *:403")),
    "desk:import_preview": Row(
        lambda world, side: {"code": side.alliance.code, "token": upload(side)}, get=DESK_TEAM,
        post=who("A:login S:302 *:403"), form=_form(), acts="S",
    ),
    "desk:import_undo": Row(
        _with(_code, _pk("run")), post=who("A:login S:302 *:403"), form=_form(), acts="S"
    ),
    "desk:staff": Row(
        _code, get=DESK, post=who("A:login SL:422 *:403"),
        form=_form(email="registered@example.org", role="reviewer"), acts="SL",
    ),
}  # fmt: skip

# Routes of others, tested as groups: url name prefix → what the group promises (see test_groups.py).
GROUPS = {
    "account_": "personal", "mfa_": "personal", "usersessions_": "personal", "socialaccount_": "personal",
    "wagtailcore_": "pages", "wagtaildocs_": "pages",
}  # fmt: skip
CLOSED_PREFIXES = ("admin/", "django-admin/")
# allauth keeps old addresses of social log-ins without a name; they redirect to the named ones.
UNNAMED = "account/social/"


def letter_of(role: str, side: SimpleNamespace, *, personal: bool) -> str:
    """Say how a role stands to one half of the world."""
    fixed = {"anonymous": "A", "registered": "R", "platform": "L"}
    if role in fixed:
        return fixed[role]
    if role.startswith("staff"):
        return "S" if role == {"x": "staff_a", "z": "staff_b"}[side.name] else "T"
    if personal and role in ("owner_y", "owner_x", "owner_z"):
        return "O" if role == f"owner_{side.name}" else "M"
    if personal and role == "viewer_x":
        return "V"
    near = {"x": {"viewer_x": "V", "owner_x": "O", "owner_y": "P"}, "z": {"owner_z": "O"}}
    return near[side.name].get(role, "M")
