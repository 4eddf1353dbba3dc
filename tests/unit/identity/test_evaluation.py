"""Figures of the OneID's evaluation, on examples that were worked out by hand."""

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.lib.home import Home
from orchestration.lib.identity.evaluation import EvaluationError, evaluate
from orchestration.lib.landing.tokens import Keys, namespace

KEYS = Keys(pepper=b"pepper-test", vault_key=b"")


@dataclass
class Example:
    """A truth and a bridge, written identifier by identifier."""

    home: Home
    truth: list[dict] = field(default_factory=list)
    bridge: list[tuple[str, str]] = field(default_factory=list)

    def identifier(
        self, value: str, person: str | None, group: int, one_id: str | None, **flags: bool
    ) -> None:
        scope = None if value.startswith("+") else "app"
        kind = "phone" if value.startswith("+") else "wx_openid"
        self.truth.append(
            {
                "identifier_type": kind,
                "identifier_scope": scope,
                "identifier_value": value,
                "person_id": person,
                "is_shared": flags.get("is_shared", False),
                "is_recycled": flags.get("is_recycled", False),
                "evidence_group": group,
            }
        )
        if one_id:
            self.bridge.append((KEYS.token(namespace(kind, scope), value), one_id))

    def evaluate(self):
        self.home.truth.mkdir(parents=True)
        self.home.published.parent.mkdir(parents=True)
        schema = pa.schema(
            [("identifier_type", pa.string()), ("identifier_scope", pa.string()),
             ("identifier_value", pa.string()), ("person_id", pa.string()),
             ("is_shared", pa.bool_()), ("is_recycled", pa.bool_()),
             ("evidence_group", pa.int64())]
        )  # fmt: skip
        pq.write_table(
            pa.Table.from_pylist(self.truth, schema=schema),
            self.home.truth / "identifiers.parquet",
        )
        with duckdb.connect(str(self.home.published)) as connection:
            connection.execute("create schema core")
            connection.execute(
                "create table core.bridge_customer_identifiers (identifier_token text, one_id text)"
            )
            if self.bridge:
                connection.executemany(
                    "insert into core.bridge_customer_identifiers values (?, ?)", self.bridge
                )
        return evaluate(self.home, keys=KEYS)


@pytest.fixture
def example(tmp_path: Path) -> Example:
    return Example(Home(root=tmp_path / "home", secrets=tmp_path / "secrets"))


def test_a_perfect_one_id_scores_one(example: Example):
    example.identifier("+8613911112222", "A", 1, "one")
    example.identifier("oA", "A", 1, "one")
    example.identifier("oB", "B", 2, "two")
    found = example.evaluate()
    assert (found.precision, found.recall, found.linkable_recall, found.b3_f1) == (1, 1, 1, 1)
    assert (found.people, found.one_ids, found.identifiers) == (2, 2, 3)
    assert (found.over_merged_one_ids, found.largest_cluster) == (0, 2)


def test_an_over_merge_lowers_precision_and_is_counted(example: Example):
    # one: two of A, one of B, so 3 pairs found, 1 right; B's other identifier stands alone.
    example.identifier("oA1", "A", 1, "one")
    example.identifier("oA2", "A", 1, "one")
    example.identifier("oB1", "B", 2, "one")
    example.identifier("oB2", "B", 2, "two")
    found = example.evaluate()
    assert found.precision == pytest.approx(1 / 3)
    assert found.recall == pytest.approx(1 / 2)
    assert (found.over_merged_one_ids, found.over_merged_people) == (1, 2)
    # B-cubed: precision (2/3 + 2/3 + 1/3 + 1) / 4, recall (1 + 1 + 1/2 + 1/2) / 4.
    precision, recall = 8 / 12, 3 / 4
    assert found.b3_f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_what_no_evidence_links_lowers_recall_but_not_linkable_recall(example: Example):
    # Of A's 3 pairs one is within an evidence group, and the OneID found that one.
    example.identifier("oA1", "A", 1, "one")
    example.identifier("oA2", "A", 1, "one")
    example.identifier("oA3", "A", 2, "two")
    found = example.evaluate()
    assert found.recall == pytest.approx(1 / 3)
    assert found.linkable_recall == 1
    assert found.precision == 1


def test_an_identifier_without_one_id_is_a_cluster_of_its_own(example: Example):
    example.identifier("oA1", "A", 1, "one")
    example.identifier("oA2", "A", 1, None)
    example.identifier("oA3", "A", 1, None)
    found = example.evaluate()
    assert (found.recall, found.linkable_recall) == (0, 0)
    assert found.precision == 1
    assert (found.unresolved_identifiers, found.one_ids) == (2, 1)


def test_shared_and_recycled_identifiers_do_not_count(example: Example):
    example.identifier("oA1", "A", 1, "one")
    example.identifier("oB1", "B", 2, "two")
    example.identifier("+8613800138000", None, 3, "one", is_shared=True)
    example.identifier("+8613911113333", "B", 2, "one", is_recycled=True)
    example.identifier("+8613911114444", None, 4, "one")
    found = example.evaluate()
    assert (found.precision, found.recall, found.over_merged_one_ids) == (1, 1, 0)
    assert (found.identifiers, found.largest_cluster) == (2, 4)


def test_no_truth_is_an_error_that_names_the_file(example: Example):
    with pytest.raises(EvaluationError, match=r"the truth is not at .*identifiers\.parquet"):
        evaluate(example.home, keys=KEYS)


def test_a_truth_without_owners_is_an_error(example: Example):
    example.identifier("+8613800138000", None, 1, "one", is_shared=True)
    with pytest.raises(EvaluationError, match="names no owner"):
        example.evaluate()
