"""What a campaign does to servers of its own, one at a time: E1 kills, E2 holds, E3 makes read-only, D1 stops at once."""

import time

from django.conf import settings

# Requests that a held node must answer wait at most so long (``search.engines.elasticsearch.SEARCH_SECONDS`` is one).
HOLD_SECONDS = 3.0
# Longer than a web process leaves a server alone that failed it: else nobody would ask it again.
CALM_SECONDS = 15.0
# A killed node takes ten seconds or more to come back, all else two or three.
WEIGHTS = {"E1": 1, "E2": 3, "E3": 3, "D1": 3}


class Strikes:
    """One server is in trouble at a time, or none."""

    def __init__(self, servers, chance):
        self.servers, self.chance = servers, chance
        self.over = None
        self.calm_until = 0.0

    def tick(self):
        """End a trouble that is over, or begin one; returns the label of one that has begun."""
        if self.over is not None:
            if self.over():
                self.over, self.calm_until = None, time.monotonic() + CALM_SECONDS * self.chance.random()
            return None
        if time.monotonic() < self.calm_until:
            return None
        kinds = [kind for kind in WEIGHTS if kind != "D1" or self.servers.postgres]
        kind = self.chance.choices(kinds, [WEIGHTS[one] for one in kinds])[0]
        return getattr(self, f"_{kind.lower()}")()

    def _e1(self):
        node = self.chance.choice(self.servers.nodes)
        node.kill()
        node.launch()
        self.over = lambda: node.answers(len(self.servers.nodes))
        return "E1 node killed" if len(self.servers.nodes) > 1 else "E1 server killed"

    def _e2(self):
        node = self.chance.choice(self.servers.nodes)
        node.hold()
        until = time.monotonic() + max(HOLD_SECONDS, settings.OUTBOX_LEASE_SECONDS * 2)

        def over():
            if time.monotonic() < until:
                return False
            node.resume()
            # A node that was thrown out of its cluster comes back by itself.
            return node.answers(len(self.servers.nodes))

        self.over = over
        return "E2 node held" if len(self.servers.nodes) > 1 else "E2 server held"

    def _e3(self):
        block = self.chance.choice(("blocks.read_only_allow_delete", "blocks.write"))
        if not self._set(block, True):
            return None
        until = time.monotonic() + HOLD_SECONDS
        self.over = lambda: time.monotonic() > until and self._set(block, None)
        return "E3 read-only"

    def _set(self, block, value):
        try:
            self.servers.nodes[0].ask("PUT", f"/{settings.SEARCH_INDEX_PREFIX}-*/_settings", {f"index.{block}": value})
        except OSError:
            return False
        return True

    def _d1(self):
        self.servers.postgres.stop_at_once()
        self.servers.postgres.start()
        self.over = lambda: True
        return "D1 database stopped"

    def heal(self):
        """Wait until every server is well again."""
        while self.over is not None and not self.over():
            time.sleep(0.1)
        self.over = None
        self.servers.wait()
