"""Yuxin's answers to allauth's questions."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """E-mail log-in with mandatory verification; see ``settings.ACCOUNT_*``."""
