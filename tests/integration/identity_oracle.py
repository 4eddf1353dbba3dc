"""Who is whom by the rules, a second time: plain Python over lists, one link after the other.

Belongs here: the rules as docs/reference/identity-rules.md states them. It shares no SQL with the
models and is slow on purpose. Does not belong here: events and time (the cases cover them).
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from itertools import product

from orchestration.lib.home import PROJECT_DIR
from tests.integration.identity_lab import Record, Seen

CROWD_FACTOR = 3


@dataclass(frozen=True)
class Rule:
    """One line of identifier_types.csv."""

    kind: str
    rank: int
    max_values: int
    max_people: int
    forms_person: bool


def read_rules() -> dict[str, Rule]:
    with (PROJECT_DIR / "seeds/identity/identifier_types.csv").open(encoding="utf-8") as lines:
        return {
            row["identifier_type"]: Rule(
                row["identifier_class"],
                int(row["rank"]),
                int(row["max_values_per_person"] or 10**9),
                int(row["max_people_per_value"] or 10**9),
                row["forms_person"] == "true",
            )
            for row in csv.DictReader(lines)
        }


class Oracle:
    """The people of some records and decisions."""

    def __init__(
        self,
        records: list[Record],
        *,
        must: list[tuple[Seen, Seen]],
        cannot: list[tuple[Seen, Seen]],
    ) -> None:
        self.rules = read_rules()
        self.must = [(a.token, b.token) for a, b in must]
        self.cannot = [(a.token, b.token) for a, b in cannot]
        # One group per set of identifiers, with its first second and its number of records.
        by_set: dict[frozenset[Seen], tuple[int, int]] = {}
        for record in records:
            key = frozenset(record.seen)
            first, count = by_set.get(key, (record.at, 0))
            by_set[key] = (min(first, record.at), count + 1)
        self.groups = list(by_set.items())
        blocked = self._crowds()
        # A list: two groups that differ only in a blocked value stay two.
        self.groups = [
            ({one for one in group if one.token not in blocked}, value)
            for group, value in self.groups
        ]
        self.kind_of = {one.token: one for group, _ in self.groups for one in group}
        self.strong_tokens = {
            one.token for group, _ in self.groups for one in group if self._is_strong(one)
        }

    def people(self) -> set[frozenset[str]]:
        """Sets of tokens that are one person."""
        clusters = self._clusters()
        meetings = self._meetings(clusters)
        hosts = self._orphans_to_hosts(clusters, meetings)
        for orphan, host in hosts.items():
            for token in [token for token, name in clusters.items() if name == orphan]:
                clusters[token] = host
        self._attach(clusters, meetings, hosts)
        named: dict[str, set[str]] = defaultdict(set)
        for token, name in clusters.items():
            named[name].add(token)
        return {frozenset(tokens) for tokens in named.values()}

    def _is_strong(self, one: Seen) -> bool:
        return one.verified and self.rules[one.type].kind in ("unique", "many")

    def _rank(self, one: Seen) -> int:
        unverified = self.rules.get(f"{one.type}_unverified")
        return unverified.rank if unverified and not one.verified else self.rules[one.type].rank

    def _crowds(self) -> set[str]:
        """Strong identifiers that stand with more people than their type allows."""
        neighbours: dict[Seen, dict[tuple[str, str], set[str]]] = defaultdict(
            lambda: defaultdict(set)
        )
        for group, _ in self.groups:
            strong = [one for one in group if self._is_strong(one)]
            for one, other in product(strong, strong):
                if one.type != other.type:
                    neighbours[one][other.type, other.scope].add(other.token)
        return {
            one.token
            for one, kinds in neighbours.items()
            for (kind, _), found in kinds.items()
            if len(found)
            > self.rules[one.type].max_people
            * self.rules[kind].max_values
            * (1 if self.rules[kind].kind == "unique" else CROWD_FACTOR)
        }

    def _limit(self, token: str) -> tuple[tuple[str, str], int]:
        one = self.kind_of[token]
        rule = self.rules[one.type]
        if token not in self.strong_tokens:
            rule = self.rules.get(f"{one.type}_unverified", rule)
        return (one.type, one.scope), rule.max_values

    def _edges(self) -> list[tuple[tuple, str, str]]:
        best_rank: dict[str, int] = {}
        for group, _ in self.groups:
            for one in group:
                best_rank[one.token] = min(best_rank.get(one.token, 10**9), self._rank(one))
        first: dict[tuple[str, str], int] = {}
        for group, (at, _) in self.groups:
            strong = sorted({(self._rank(one), one.token) for one in group if self._is_strong(one)})
            for _, token in strong[1:]:
                pair = (strong[0][1], token)
                first[pair] = min(first.get(pair, at), at)
        edges = {pair: (2, at) for pair, at in first.items()}
        for a, b in self.must:
            pair = (min(a, b), max(a, b))
            if a in best_rank and b in best_rank:
                edges[pair] = (1, 0)
        return sorted(
            (
                (
                    source,
                    max(best_rank[a], best_rank[b]),
                    min(best_rank[a], best_rank[b]),
                    at if source == 2 else 10**12,
                    a,
                    b,
                ),
                a,
                b,
            )
            for (a, b), (source, at) in edges.items()
        )

    def _clusters(self) -> dict[str, str]:
        """Cluster name by token: links strongest first, those that break a rule left out."""
        members = {token: {token} for token in self.strong_tokens}
        for a, b in self.must:
            for token in (a, b):
                if a in self.kind_of and b in self.kind_of:
                    members.setdefault(token, {token})
        for key, a, b in self._edges():
            left, right = members[a], members[b]
            if left is right or self._forbidden(left, right, forced=key[0] == 1):
                continue
            merged = left | right
            for token in merged:
                members[token] = merged
        return {token: min(found) for token, found in members.items()}

    def _forbidden(self, left: set[str], right: set[str], *, forced: bool) -> bool:
        if any((a in left and b in right) or (b in left and a in right) for a, b in self.cannot):
            return True
        counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        most = {}
        for side, tokens in enumerate((left, right)):
            for token in tokens:
                limit, most[limit] = self._limit(token)
                counts[limit][side] += 1
        return not forced and any(
            n_left and n_right and n_left + n_right > most[limit]
            for limit, (n_left, n_right) in counts.items()
        )

    def _meetings(self, clusters: dict[str, str]) -> dict[str, dict[str, list[int]]]:
        """Weak token -> cluster it was seen with -> [records, first second]."""
        found: dict[str, dict[str, list[int]]] = defaultdict(dict)
        for group, (at, count) in self.groups:
            names = {clusters[one.token] for one in group if self._is_strong(one)}
            for one, name in product((one for one in group if not self._is_strong(one)), names):
                if self._apart(one.token, name, clusters):
                    continue
                records, first = found[one.token].get(name, [0, at])
                found[one.token][name] = [records + count, min(first, at)]
        return found

    def _apart(self, token: str, name: str, clusters: dict[str, str]) -> bool:
        return any(
            (a == token and clusters.get(b) == name) or (b == token and clusters.get(a) == name)
            for a, b in self.cannot
        )

    def _orphans_to_hosts(
        self, clusters: dict[str, str], meetings: dict[str, dict[str, list[int]]]
    ) -> dict[str, str]:
        is_host = dict.fromkeys(clusters.values(), False)
        for token, name in clusters.items():
            one = self.kind_of[token]
            if token in self.strong_tokens:
                is_host[name] |= self.rules[one.type].kind == "unique" or one.type == "phone"
        wanted: dict[str, set[str]] = defaultdict(set)
        for token, places in meetings.items():
            if not self.rules[self.kind_of[token].type].forms_person:
                continue
            everywhere = set(places) | ({clusters[token]} if token in clusters else set())
            for orphan, host in product(places, everywhere):
                if not is_host[orphan] and is_host[host]:
                    wanted[orphan].add(host)
        chosen = {orphan: hosts.pop() for orphan, hosts in wanted.items() if len(hosts) == 1}
        return {o: h for o, h in chosen.items() if not self._refused(o, h, chosen, clusters)}

    def _refused(
        self, orphan: str, host: str, chosen: dict[str, str], clusters: dict[str, str]
    ) -> bool:
        inside = {host} | {o for o, h in chosen.items() if h == host}
        counts: dict[tuple[str, str], int] = defaultdict(int)
        for token, name in clusters.items():
            if name in inside:
                counts[self._limit(token)[0]] += 1
        mine = [token for token, name in clusters.items() if name == orphan]
        theirs = {token for token, name in clusters.items() if name == host}
        return any(counts[self._limit(t)[0]] > self._limit(t)[1] for t in mine) or any(
            (a in mine and b in theirs) or (b in mine and a in theirs) for a, b in self.cannot
        )

    def _attach(
        self,
        clusters: dict[str, str],
        meetings: dict[str, dict[str, list[int]]],
        hosts: dict[str, str],
    ) -> None:
        rivals: dict[tuple, list[tuple[int, int, str]]] = defaultdict(list)
        for token in sorted(set(self.kind_of) - set(clusters)):
            persons: dict[str, list[int]] = {}
            for name, (records, first) in meetings.get(token, {}).items():
                person = hosts.get(name, name)
                before = persons.get(person, [0, first])
                persons[person] = [before[0] + records, min(before[1], first)]
            if len(persons) == 1:
                [(person, (records, first))] = persons.items()
                rivals[person, self._limit(token)].append((-records, first, token))
            elif not persons and self.rules[self.kind_of[token].type].forms_person:
                clusters[token] = token
        kept = {
            token: person
            for (person, (_, most)), tokens in rivals.items()
            for _, _, token in sorted(tokens)[:most]
        }
        places = {**clusters, **kept}
        apart = {
            token
            for pair in self.cannot
            if pair[0] in places and places[pair[0]] == places.get(pair[1])
            for token in pair
        }
        for token, person in kept.items():
            if token not in apart:
                clusters[token] = person
            elif self.rules[self.kind_of[token].type].forms_person:
                clusters[token] = token
