"""Asking the site as somebody, without leaving a trace: the transaction of each request is undone afterwards."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from tests.access.world import CANARY, World, readers_of

# What the machinery of sessions and limits writes for anybody.
_MACHINERY = re.compile(r'"?(django_session|usersessions_|yuxin_cache|account_emailconfirmation|wagtailusers_)')
_WRITE = re.compile(r"\s*(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+(\S+)", re.I)


class Writes:
    """Collects the tables that SQL statements change while it is on."""

    def __init__(self) -> None:
        self.tables: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = _WRITE.match(sql)
        if found and not _MACHINERY.match(found[1]):
            self.tables.append(found[1].strip('"'))
        return execute(sql, params, many, context)


@contextmanager
def undone() -> Iterator[None]:
    """Undo whatever happens to the database inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Driver:
    """One browser per role."""

    def __init__(self, world: World) -> None:
        self.world = world
        # Building the chain of middleware takes longer than many an answer, so it is built once for all browsers.
        self.handlers = {csrf: ClientHandler(enforce_csrf_checks=csrf) for csrf in (False, True)}
        self.cookies: dict[str, str] = {}
        for role, person in world.people.items():
            client = Client()
            if role != "anonymous":
                client.force_login(person)
            self.cookies[role] = client.cookies.output(header="", sep=";")

    def browser(self, role: str, *, csrf: bool = False) -> Client:
        """A browser with the cookies of the role and nothing else."""
        client = Client(raise_request_exception=False)
        client.handler = self.handlers[csrf]
        client.cookies = SimpleCookie(self.cookies[role])
        return client

    def ask(
        self, role: str, method: str, url: str, data: Any = None, *, csrf: bool = False, look: Any = None, **extra: Any
    ) -> tuple[Any, list[str]]:
        """Return the answer and the tables that it changed; nothing stays changed.

        ``look(response)`` is called before everything is undone.
        """
        client = self.browser(role, csrf=csrf)
        writes = Writes()
        arguments = {"data": data} if data is not None else {}
        with undone(), connection.execute_wrapper(writes):
            response = getattr(client, method.lower())(url, **arguments, **extra)
            body_of(response)
            if look:
                look(response)
        return response, writes.tables

    def walk(self, role: str, steps: list[tuple[str, str, Any]], look: Any) -> Any:
        """Ask several times in one session and return what ``look()`` sees before everything is undone."""
        client = self.browser(role)
        with undone():
            for method, url, data in steps:
                getattr(client, method.lower())(url, data)
            return look()


def body_of(response: Any) -> str:
    """Return everything that an answer says, headers with addresses included; streamed answers are read once."""
    if not hasattr(response, "_read_text"):
        content = b"".join(response.streaming_content) if response.streaming else response.content
        response._read_text = content.decode("utf-8", "replace")
    cookies = " ".join(morsel.OutputString() for morsel in response.cookies.values())
    return f"{response._read_text}\n{response.headers.get('Location', '')}\n{cookies}"


def forbidden_canaries(role: str, text: str) -> set[str]:
    """Return the canaries in a text that this role must not read."""
    return {word for word in CANARY.findall(text.lower()) if role not in readers_of(word)}


def outcome(response: Any) -> int | str:
    """Return the status, with redirects to the log-in and to joining told apart from others."""
    location = response.headers.get("Location", "")
    if response.status_code in (301, 302):
        if "/account/login/" in location:
            return "login"
        if re.search(r"/join/($|\?)", location):
            return "join"
        return 302
    return int(response.status_code)


def address(name: str, arguments: dict[str, Any], language: str, query: str = "") -> str:
    """Return the address of a row; what follows ``#`` or ``?`` in a row's name only tells rows apart."""
    name = re.split(r"[#?]", name)[0]
    with translation.override(language):
        url = f"/{language}/" if name == "wagtail_serve" else reverse(name, kwargs=arguments)
    return f"{url}?{query}" if query else url


def all_routes() -> list[tuple[str, str]]:
    """Return (url name with namespaces, path pattern) of every route of the URLconf, found recursively."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, namespace: str, path: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        here = path + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield namespace + (entry.name or ""), here
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry, inner, here)


def sample_addresses(resolver: URLResolver | None = None) -> list[tuple[str, str]]:
    """Return (name, an address that resolves to it) for every route, with made-up arguments."""
    found = []
    for name, pattern in all_routes():
        for filler in ("1", "a", "abc-abcdefgh", "directory"):
            candidate = "/" + fill(pattern, filler)
            if _resolves(candidate, name):
                found.append((name, candidate))
                break
    return found


def fill(pattern: str, filler: str) -> str:
    """Put something into every hole of a path pattern."""
    text = re.sub(r"<(?:\w+:)?\w+>", filler, pattern)
    text = re.sub(r"\^|\$|\\Z", "", text)
    text = re.sub(r"\(\?:\(\?:[^()]*\)\*\)|\(\(\?:[^()]*\)\*\)", "", text)
    previous = ""
    while previous != text:
        previous, text = text, re.sub(r"\((?:\?:|\?P<\w+>)?[^()]*\)[*+?]?", filler, text)
    return text.replace("\\", "")


def _resolves(url: str, name: str) -> bool:
    from django.urls import Resolver404, resolve

    try:
        match = resolve(url)
    except Resolver404:
        return False
    return match.view_name == name or match.view_name.split(":")[-1] == name.split(":")[-1]
