"""Home, profile, members and the list of companies not considered."""

import pytest
from django.utils import timezone

from directory.actions import InviteMember
from directory.models import Company, CompanyInvitation, NoListEntry
from directory.selectors import profile_status
from matchmaking.core.models import AuditEvent, OutboxEntry
from tests.factories import CompanyFactory, CompanyMemberFactory, MembershipFactory, NeedFactory, UserFactory

pytestmark = pytest.mark.django_db


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("prefix", ["/zh-hans", "/en"])
def test_home_shows_the_company_and_what_it_keeps(browser, company, prefix):
    need = NeedFactory(company=company)
    membership = MembershipFactory(company=company)
    page = text_of(browser.get(f"{prefix}/my/"))
    assert company.legal_name_zh in page or company.legal_name_en in page
    assert need.title_zh in page or need.title_en in page
    assert membership.alliance.name_zh in page or membership.alliance.name_en in page


@pytest.mark.parametrize("prefix", ["/zh-hans", "/en"])
@pytest.mark.parametrize("path", ["", "preview/", "names/", "profile/", "story/", "contact/", "withdraw/"])
def test_every_page_of_the_profile_opens(browser, company, prefix, path):
    assert browser.get(f"{prefix}/my/company/{path}").status_code == 200


def test_people_without_a_company_are_told_what_to_do(client, db):
    client.force_login(UserFactory())
    assert "/en/join/" in text_of(client.get("/en/my/"))


def test_a_change_of_a_published_profile_waits_for_review(browser, company):
    browser.post("/en/my/company/story/", {"summary_zh": "新介绍。", "summary_en": "New summary."})
    company.refresh_from_db()
    assert company.summary_en == "A sample company."
    assert profile_status(company) == "changed"
    assert "New summary." in text_of(browser.get("/en/my/company/"))
    assert "New summary." in text_of(browser.get("/en/my/company/preview/"))


def test_an_editor_does_not_withdraw(client, company):
    client.force_login(CompanyMemberFactory(company=company, role="editor").user)
    assert client.get("/en/my/company/withdraw/").status_code == 404
    assert client.post("/en/my/company/move/", {"move": "withdraw"}).status_code == 403
    assert Company.objects.visible().filter(pk=company.pk).exists()


def test_an_owner_withdraws(browser, company):
    browser.post("/en/my/company/move/", {"move": "withdraw"})
    assert not Company.objects.visible().filter(pk=company.pk).exists()
    assert browser.post("/en/my/company/move/", {"move": "explode"}).status_code == 404


def test_several_companies_and_a_choice_that_holds_no_right(browser, owner, company):
    second = CompanyMemberFactory(user=owner, company=CompanyFactory(legal_name_en="Second Ltd")).company
    browser.post("/en/my/choose/", {"company": second.pk})
    assert "Second Ltd" in text_of(browser.get("/en/my/company/"))
    second.members.all().delete()
    assert "Second Ltd" not in text_of(browser.get("/en/my/company/"))
    for value in (second.pk, "x", "", "-1"):
        assert browser.post("/en/my/choose/", {"company": value}).status_code == 404


class TestMembers:
    def invite(self, browser, email="New@Example.org", role="editor"):
        return browser.post("/en/my/members/", {"email": email, "role": role})

    def test_the_answer_is_the_same_with_and_without_an_account(self, browser, company):
        known = UserFactory()
        first, second = self.invite(browser, known.email), self.invite(browser, "nobody@example.org")
        assert (first.status_code, first.url) == (second.status_code, second.url)
        assert CompanyInvitation.objects.count() == 2
        assert OutboxEntry.objects.filter(topic="notify", entity="company_invitation").count() == 2
        events = str(list(AuditEvent.objects.values_list("data", flat=True)))
        assert known.email not in events

    def test_the_invited_address_joins_once(self, browser, company, client):
        self.invite(browser)
        invitation = CompanyInvitation.objects.get()
        assert invitation.email == "new@example.org"
        assert invitation.token not in invitation.token_hash
        path = f"/en/my/invitations/{invitation.token}/"
        colleague = UserFactory(email="new@example.org")
        client.force_login(colleague)
        assert company.name in text_of(client.get(path))
        assert client.post(path).status_code == 302
        assert company.members.get(user=colleague).role == "editor"
        company.members.filter(user=colleague).delete()
        assert client.post(path).status_code == 422
        assert not company.members.filter(user=colleague).exists()

    def test_another_address_an_unverified_one_and_a_wrong_token_are_refused(self, browser, company, client):
        self.invite(browser)
        path = f"/en/my/invitations/{CompanyInvitation.objects.get().token}/"
        for person in (UserFactory(), UserFactory(email="new@example.org", verified=False)):
            client.force_login(person)
            assert client.get(path).status_code == 403
            assert client.post(path).status_code == 403
        assert client.get("/en/my/invitations/0123abcd/").status_code == 404
        assert company.members.count() == 1

    def test_late_revoked_and_orphaned_invitations_end(self, browser, owner, company, client):
        colleague = UserFactory(email="new@example.org")
        second = CompanyMemberFactory(company=company)
        for spoil in ("late", "revoked", "orphaned"):
            invitation = InviteMember(second.user, company, colleague.email, "owner").run()
            if spoil == "late":
                invitation.expires_at = timezone.now()
                invitation.save()
            if spoil == "revoked":
                browser.force_login(owner)
                browser.post(f"/en/my/invitations/{invitation.pk}/revoke/")
            if spoil == "orphaned":
                second.delete()
            client.force_login(colleague)
            assert client.post(f"/en/my/invitations/{invitation.token}/").status_code == 422
        assert not company.members.filter(user=colleague).exists()

    def test_the_last_owner_stays(self, browser, owner, company):
        mine = company.members.get(user=owner)
        browser.post(f"/en/my/members/{mine.pk}/", {"remove": "1"})
        browser.post(f"/en/my/members/{mine.pk}/", {"role": "viewer"})
        mine.refresh_from_db()
        assert mine.role == "owner"
        CompanyMemberFactory(company=company)
        browser.post(f"/en/my/members/{mine.pk}/", {"remove": "1"})
        assert not company.members.filter(user=owner).exists()

    def test_editors_set_no_roles_but_may_leave(self, client, company, owner):
        editor = CompanyMemberFactory(company=company, role="editor")
        client.force_login(editor.user)
        assert client.post(f"/en/my/members/{editor.pk}/", {"role": "owner"}).status_code == 403
        assert self.invite(client).status_code == 403
        assert client.post(f"/en/my/members/{company.members.get(user=owner).pk}/", {"remove": "1"}).status_code == 403
        assert client.post(f"/en/my/members/{editor.pk}/", {"remove": "1"}).status_code == 302
        assert company.members.count() == 1

    def test_foreign_members_and_invitations_do_not_exist(self, stranger, company, owner):
        mine = company.members.get(user=owner)
        invitation = InviteMember(owner, company, "a@example.org", "viewer").run()
        assert stranger.post(f"/en/my/members/{mine.pk}/", {"remove": "1"}).status_code == 404
        assert stranger.post(f"/en/my/invitations/{invitation.pk}/revoke/").status_code == 404


class TestNoList:
    def test_added_seen_and_removed_by_its_own_side_only(self, browser, company, client):
        other = CompanyFactory(singapore=True, legal_name_en="Rival Pte Ltd")
        browser.post("/en/my/no-list/", {"company": other.slug})
        assert NoListEntry.objects.get().excluded == other
        assert "Rival Pte Ltd" in text_of(browser.get("/en/my/no-list/"))
        browser.post("/en/my/no-list/", {"company": other.slug, "remove": "1"})
        assert not NoListEntry.objects.exists()

    def test_nothing_marks_the_other_side(self, browser, company):
        other = CompanyFactory(singapore=True)
        browser.post("/en/my/no-list/", {"company": other.slug})
        assert not OutboxEntry.objects.filter(entity_id=other.pk).exists()
        other.refresh_from_db()
        assert other.search_version == 1

    def test_hidden_companies_and_oneself(self, browser, company):
        assert browser.post("/en/my/no-list/", {"company": CompanyFactory(draft=True).slug}).status_code == 404
        browser.post("/en/my/no-list/", {"company": company.slug})
        assert not NoListEntry.objects.exists()
