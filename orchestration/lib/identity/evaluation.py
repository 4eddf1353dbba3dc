"""How right the OneID is, measured against the truth of a simulated brand.

Belongs here: comparing core.bridge_customer_identifiers with truth/identifiers.parquet. Does not
belong here: identity itself (dbt), or figures that need no truth (quality.identity_stats).
"""

from dataclasses import dataclass, fields
from pathlib import Path

from orchestration.lib.errors import YutangError
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing.branding import BRAND, identity_scope
from orchestration.lib.landing.connection import open_connection
from orchestration.lib.landing.contract import variables_of
from orchestration.lib.landing.tokens import Keys

SQL = Path(__file__).with_name("evaluation.sql")


class EvaluationError(YutangError):
    """There is nothing to compare, or nothing to compare it with."""


@dataclass(frozen=True)
class IdentityEvaluation:
    """Agreement of one_ids with true people, over all identifiers with exactly one owner.

    Shared and recycled identifiers (a family's tablet, a store's number) have no one owner and
    do not count. An identifier that has no one_id counts as a cluster of its own, so what the
    OneID leaves out lowers the recall.

    Args:
        precision: Of all pairs of identifiers with the same one_id, the share of one person; 0-1.
        recall: Of all pairs of identifiers of one person, the share with the same one_id; 0-1.
        linkable_recall: The same over the pairs that the delivered records link at all; 0-1.
        b3_f1: F1 of B-cubed precision and recall, which weighs identifiers, not pairs; 0-1.
        over_merged_one_ids: one_ids that hold identifiers of two or more true people.
        over_merged_people: True people who share a one_id with somebody else.
        largest_cluster: Most identifiers in one one_id, shared ones included.
        identifiers: Identifiers compared.
        unresolved_identifiers: Those of them without a one_id.
        people: True people with an identifier that was compared.
        one_ids: one_ids of the identifiers compared.
    """

    precision: float
    recall: float
    linkable_recall: float
    b3_f1: float
    over_merged_one_ids: int
    over_merged_people: int
    largest_cluster: int
    identifiers: int
    unresolved_identifiers: int
    people: int
    one_ids: int


def evaluate(
    home: Home, database: Path | None = None, keys: Keys | None = None
) -> IdentityEvaluation:
    """Compare the bridge of ``database`` with the truth of ``home``.

    The true identifiers become tokens in memory only. Set-based: counts per person and one_id,
    never pairs, so a million people take seconds.

    Args:
        database: DuckDB file with core.bridge_customer_identifiers; default the published one.
        keys: Secrets the tokens were made with; default those of ``home``.

    Raises:
        EvaluationError: If identity is kept per brand, the truth or the database is missing, or no
            true identifier is left.
    """
    if identity_scope(variables_of(PROJECT_DIR, home)) == BRAND:
        raise EvaluationError(
            "cannot evaluate the OneID: identity_scope is brand, and truth/ counts a person of the "
            "group once; set identity_scope to group to measure it"
        )
    database = database or home.published
    truth = home.truth / "identifiers.parquet"
    for path, purpose in ((truth, "the truth"), (database, "the OneID")):
        if not path.exists():
            raise EvaluationError(f"cannot evaluate the OneID: {purpose} is not at {path}")
    with open_connection(keys or Keys.load_or_create(home)) as connection:
        connection.execute(f"attach '{_quoted(database)}' as evaluated (read_only)")
        connection.execute("set variable truth_file = $1", [str(truth)])
        for statement in SQL.read_text(encoding="utf-8").split(";\n"):
            rows = connection.execute(statement).fetchall()
    figures = dict(zip((field.name for field in fields(IdentityEvaluation)), rows[0], strict=True))
    if not figures["identifiers"]:
        raise EvaluationError(f"cannot evaluate the OneID: {truth} names no owner of anything")
    return IdentityEvaluation(**figures)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
