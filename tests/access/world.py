"""Two mirrored halves (X in alliance A, Z in alliance B), people of every role, and a canary in every secret field.

A canary is a word that begins with ``kanari`` and stands nowhere else. ``CANARIES`` says which roles may read it;
every answer is searched for all of them.
"""

import datetime
import re
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from alliances.models import Alliance, Verdict, VerdictKind
from directory.actions import SubmitCompany
from directory.models import ClaimRequest, Company, CompanyInvitation, Establishment, ImportRun, NoListEntry, TermKind
from directory.seeding import seed_site
from matchmaking.core import outbox
from matchmaking.desk.uploads import UploadedList
from matchmaking.engine.lexicon import Lexicon
from matchmaking.engine.recommender import MatchRecommender
from matchmaking.introductions.models import ContactConsent, Introduction, IntroductionMessage
from matchmaking.matches import live, training
from matchmaking.matches.artefacts import store_model
from matchmaking.matches.refresh import refresh_all
from search.index import forget_engine
from search.indexing import all_of, bring_into_step, company_batches
from search.models import SavedSearch
from tests.factories import (
    AllianceFactory,
    AllianceStaffFactory,
    CompanyFactory,
    CompanyMemberFactory,
    CredentialFactory,
    IntroductionFactory,
    MembershipFactory,
    NeedFactory,
    OfferFactory,
    ProductFactory,
    TermFactory,
    UserFactory,
)

ROLES = (
    "anonymous", "registered", "viewer_x", "owner_x", "owner_y", "staff_a", "staff_b", "platform", "owner_z",
)  # fmt: skip
SIDES = ("x", "z")
CANARY = re.compile(r"kanari[a-z]+")
# Said in public by X, so that a search for canaries that finds nothing can be told from one that reads nothing.
MARKER = "leuchtturm"
PDF = "%PDF-1.4 kanarievidence{}"
CHECKLIST = [{"code": "identity", "zh": "主体身份", "en": "Identity"}]
REASONS = (
    "reject", "return", "suspend", "end", "pin", "suppress", "return_profile", "decline", "close_introduction",
)  # fmt: skip

_MEMBERS = {"x": {"viewer_x", "owner_x"}, "z": {"owner_z"}}
_STAFF = {"x": {"staff_a"}, "z": {"staff_b"}}
_PARTNER = {"x": {"owner_y"}, "z": set()}


def readers_of(word: str) -> set[str]:
    """Return the roles that may read a canary; unknown canaries are for nobody."""
    name, side = word.removeprefix("kanari")[:-1], word[-1]
    if side not in SIDES:
        return set()
    members, staff, partner = _MEMBERS[side], _STAFF[side], _PARTNER[side]
    return {
        # consented for the accepted introduction; e-mail, phone and WeChat were not
        "contactname": members | partner,
        "contactmail": members,
        "contactphone": members,
        "contactwechat": members,
        "privateneed": members,
        "draftneed": members | {"platform"},
        "drafttext": members | staff | {"platform"},
        "nolist": members,
        "reason": members | partner,
        "message": members | partner,
        "theircontact": members | partner,
        "statement": members | staff | {"platform"},
        "invited": members - {"viewer_x"},
        "waiting": staff | {"platform"},
        "hidden": {"platform"},
        "silent": partner,
        "claim": staff | {"platform"},
        "claimant": staff | {"platform"},
        "list": staff,
        "row": staff,
        "evidence": members | staff | {"platform"},
        "owner": members,
        "saved": members - {"viewer_x"},
        "viewer": members,
        "staff": staff | {"platform"},
    }.get(name, set())


@dataclass
class World:
    """Everything that the matrix asks for. ``x`` and ``z`` are the two halves."""

    people: dict[str, Any]
    x: SimpleNamespace
    z: SimpleNamespace
    terms: SimpleNamespace
    extra: dict[str, Any] = field(default_factory=dict)

    def side(self, name: str) -> SimpleNamespace:
        """Return one half."""
        return self.x if name == "x" else self.z


def build_world() -> World:
    """Build everything; the caller wraps it in a transaction."""
    terms = _terms()
    seed_site()
    registered = UserFactory(email="registered@example.org")
    people: dict[str, Any] = {
        "anonymous": AnonymousUser(),
        "registered": registered,
        "platform": UserFactory(platform=True, email="platform@example.org"),
        "owner_y": UserFactory(email="owner-y@example.org"),
    }
    x = _half("x", terms, registered, partner_owner=people["owner_y"])
    z = _half("z", terms, registered, partner_owner=UserFactory())
    people |= {
        "viewer_x": x.viewer, "owner_x": x.owner, "owner_z": z.owner, "staff_a": x.staff, "staff_b": z.staff,
    }  # fmt: skip
    return World(people, x, z, terms)


def derive_everything() -> None:
    """Bring the search index and the matches into step with the world, as the worker would."""
    live.forget()
    forget_engine()
    material = training.read()
    recommender = MatchRecommender(lexicon=Lexicon.from_renderings({"冷链": {"cold": 1.0}}))
    store_model(recommender.fit(material.profiles, material.pairs), material.figures())
    trained = live.live_recommender()
    assert trained is not None
    refresh_all(trained, show_progress=False)
    for companies in company_batches():
        bring_into_step(all_of(companies))
    outbox.drain_all()


def _terms() -> SimpleNamespace:
    reasons = {
        topic: TermFactory(kind=TermKind.REASON, code=f"why-{topic}", extra={"applies_to": topic}) for topic in REASONS
    }
    return SimpleNamespace(
        sector=TermFactory(sector=True, code="agri"),
        language=TermFactory(language=True, code="zh"),
        service=TermFactory(code="log.cold"),
        category=TermFactory(category=True, code="fruit.orange", extra={"hs6": "080510"}),
        market=TermFactory(market=True, code="SG"),
        scheme=TermFactory(scheme=True, code="haccp"),
        reasons=reasons,
    )


def _half(s: str, terms: SimpleNamespace, registered: Any, partner_owner: Any) -> SimpleNamespace:
    alliance = AllianceFactory(code=f"alliance-{s}", checklist=CHECKLIST)
    alliance.service_types.set([terms.service])
    owner = UserFactory(email=f"kanariowner{s}@example.org")
    viewer = UserFactory(email=f"kanariviewer{s}@example.org")
    staff = UserFactory(email=f"kanaristaff{s}@example.org")
    AllianceStaffFactory(alliance=alliance, user=staff, manager=True)
    company = CompanyFactory(
        slug=f"company-{s}", legal_name_en=f"Named {s.upper()} Ltd.", summary_en=f"{MARKER} harbour cranes",
        contact={
            "name": f"kanaricontactname{s}", "email": f"kanaricontactmail{s}@example.org",
            "phone": f"kanaricontactphone{s}", "wechat": f"kanaricontactwechat{s}", "position": "Director",
        },
    )  # fmt: skip
    half = SimpleNamespace(name=s, alliance=alliance, owner=owner, viewer=viewer, staff=staff, company=company)
    half.saved = SavedSearch.objects.create(user=owner, kind="company", query=f"q=kanarisaved{s}")
    half.owner_row = CompanyMemberFactory(company=company, user=owner, role="owner")
    half.viewer_row = CompanyMemberFactory(company=company, user=viewer, role="viewer")
    half.leaver_row = CompanyMemberFactory(company=company, user=UserFactory(), role="editor")
    _records(half, s, terms)
    _alliance_side(half, s, alliance, terms)
    _invitations(half, s, registered)
    _introductions(half, s, terms, partner_owner)
    # Last, because every action on the company writes a newer revision.
    draft = company.get_latest_revision_as_object()
    draft.description_en = f"kanaridrafttext{s}"
    draft.save_revision(user=owner, clean=False)
    half.company.refresh_from_db()
    return half


def _records(half: SimpleNamespace, s: str, terms: SimpleNamespace) -> None:
    company = half.company
    half.need = NeedFactory(company=company, title_en=f"Public need of {s}", title_zh=f"公开需求{s}")
    half.need.service_types.set([terms.service])
    half.need.save()
    half.private_need = NeedFactory(
        company=company, private=True, title_en=f"kanariprivateneed{s}", title_zh="", text_en=f"kanariprivateneed{s}"
    )
    half.draft_need = NeedFactory(
        company=company, state="draft", live=False, title_en=f"kanaridraftneed{s}", title_zh=""
    )
    # The text is public, whose it is must not be.
    half.anonymous_need = NeedFactory(company=company, anonymous=True, title_en=f"Discreet wish {s}", title_zh="")
    half.offer = OfferFactory(company=company, service_type=terms.service)
    half.product = ProductFactory(company=company, category=terms.category)
    half.establishment = Establishment.objects.create(company=company, kind="farm", name_en=f"Farm {s}")
    half.credential = CredentialFactory(company=company, scheme=terms.scheme)
    half.credential.evidence.save("evidence.pdf", ContentFile(PDF.format(s).encode()))
    excluded = CompanyFactory(slug=f"excluded-{s}", singapore=True)
    half.excluded = excluded
    NoListEntry.objects.create(company=company, excluded=excluded, reason=f"kanarinolist{s}")
    half.hidden = CompanyFactory(
        draft=True, slug=f"hidden-{s}", legal_name_en=f"kanarihidden{s}", summary_en=f"kanarihidden{s}"
    )


def _alliance_side(half: SimpleNamespace, s: str, alliance: Alliance, terms: SimpleNamespace) -> None:
    half.membership = MembershipFactory(
        company=half.company, alliance=alliance, statement=f"kanaristatement{s}", reviewer=None
    )
    half.member = MembershipFactory(company__slug=f"member-{s}", alliance=alliance, approved=True).company
    waiting = CompanyFactory(
        draft=True, slug=f"waiting-{s}", legal_name_en=f"kanariwaiting{s}", scheme="uen",
        country="SG", number=f"2019{'11111' if s == 'x' else '22222'}K",
        contact={"name": "Somebody", "email": "somebody@example.org"},
    )  # fmt: skip
    waiting.sectors.set([terms.sector])
    waiting.languages.set([terms.language])
    waiting.save()
    applicant = CompanyMemberFactory(company=waiting).user
    MembershipFactory(company=waiting, alliance=alliance)
    SubmitCompany(applicant, waiting).run()
    half.waiting = waiting
    half.run = ImportRun.objects.create(
        file_name=f"kanarilist{s}.csv", sha256="0" * 64, state="done", alliance_code=alliance.code,
        started_by=half.staff, created_count=1,
    )  # fmt: skip
    half.imported = CompanyFactory(slug=f"imported-{s}", import_run=half.run)
    half.claim = ClaimRequest.objects.create(
        company=half.imported, user=UserFactory(email=f"kanariclaimant{s}@example.org"), message=f"kanariclaim{s}"
    )
    half.verdict = Verdict.objects.create(
        alliance=alliance, company_low=half.company, company_high=half.imported, kind=VerdictKind.PIN, reason="why-pin"
    )


def upload(half: SimpleNamespace) -> str:
    """Put a list of companies where the alliance's manager left it, and return its token: saving it uses it up."""
    rows = f"name_en,country,number\nkanarirow{half.name},SG,201911113K\n".encode()
    return UploadedList.keep(half.alliance, half.staff, SimpleUploadedFile("list.csv", rows)).token


def _invitations(half: SimpleNamespace, s: str, registered: Any) -> None:
    half.invitation = _invitation(half.company, f"kanariinvited{s}@example.org", half.owner)
    half.invitation_here = _invitation(half.company, registered.email, half.owner)


def _invitation(company: Company, email: str, by: Any) -> CompanyInvitation:
    row = CompanyInvitation(company=company, email=email, role="viewer", invited_by=by)
    row.token_hash = CompanyInvitation.hash_of(row.token)
    row.save()
    return row


def _introductions(half: SimpleNamespace, s: str, terms: SimpleNamespace, partner_owner: Any) -> None:
    partner = CompanyFactory(
        slug=f"partner-{s}", singapore=True,
        contact={"name": f"kanaritheircontact{s}", "email": "partner@example.org", "phone": f"kanarisilent{s}"},
    )  # fmt: skip
    CompanyMemberFactory(company=partner, user=partner_owner)
    half.partner = partner
    OfferFactory(company=partner, service_type=terms.service, title_en=f"Cold store {s}", text_en="Cold storage by the port")
    half.introduction = _introduction(half, s, half.company, partner, state="accepted")
    ContactConsent.objects.create(introduction=half.introduction, company=half.company, fields=["name"])
    ContactConsent.objects.create(introduction=half.introduction, company=partner, fields=["name"])
    IntroductionMessage.objects.create(
        introduction=half.introduction, company=partner, author=partner_owner, text=f"kanarimessage{s}"
    )
    half.waiting_in = _introduction(half, s, partner, half.company)
    half.waiting_out = _introduction(half, s, half.company, partner)
    ContactConsent.objects.create(introduction=half.waiting_out, company=half.company, fields=["phone"])


def _introduction(half: SimpleNamespace, s: str, requester: Company, receiver: Company, **fields: Any) -> Introduction:
    due = timezone.localdate() + datetime.timedelta(days=5)
    return IntroductionFactory(
        requester=requester, receiver=receiver, reason=f"kanarireason{s}", due_date=due, **fields
    )
