"""Suggesting links: read the people, score pairs, write what was found.

Belongs here: the order of these steps, and what of an earlier table stays.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.lib.errors import YutangError
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.identity.matching.definition import MatchModel
from orchestration.lib.identity.matching.errors import MatchingError, TooLittleDataError
from orchestration.lib.identity.matching.files import read_model
from orchestration.lib.identity.matching.scoring import ScoredPairs, score_pairs
from orchestration.lib.identity.suggestions.people import People, read_people
from orchestration.lib.identity.suggestions.table import read_suggestions, write_suggestions
from orchestration.lib.landing.branding import BRAND, identity_scope
from orchestration.lib.landing.contract import variables_of
from orchestration.lib.landing.tokens import Keys

DEFAULT_MODEL = Path(__file__).with_name("match_model.yml")
COMPARED = {"phone", "birth_date", "gender", "home_city"}  # what a brand's records have


@dataclass(frozen=True)
class Suggested:
    """What `yutang suggest` says when it is done.

    Args:
        as_of: Day of the published tables that were compared.
        people: People with a phone number.
        compared: Pairs of records that were scored.
        suggestions: Pairs of people suggested now.
        kept: Earlier suggestions that joined two people since, kept so that they stay joined.
        skipped_keys: Values too frequent to look for pairs with.
    """

    as_of: date
    people: int
    compared: int
    suggestions: int
    kept: int
    skipped_keys: int


def suggest_links(home: Home, *, min_probability: float) -> Suggested:
    """Compare people who share no identifier and replace the table of suggestions.

    Args:
        min_probability: Pairs below are not written, 0-1.

    Raises:
        YutangError: If nothing is published, the model file is wrong, or identity is kept per brand.
        TooLittleDataError: If the brand has too few look-alikes; the table is then left as it is.
    """
    if identity_scope(variables_of(PROJECT_DIR, home)) == BRAND:
        raise MatchingError(
            "cannot suggest links: identity_scope is brand, and a suggestion would compare people "
            "of different brands; set identity_scope to group"
        )
    model = brand_model(home)
    people = read_people(home, Keys.load_or_create(home))
    if people.records.num_rows < 2:
        raise TooLittleDataError(
            f"too little data to compare: {people.records.num_rows} people have a phone number "
            "the vault knows; nothing was suggested"
        )
    found = score_pairs(
        people.records,
        model,
        id_column="phone_token",
        group_column="one_id",
        min_probability=min_probability,
    )
    fresh = _rows(found, people, model)
    kept = _kept(home, people, {row[:2] for row in fresh})
    write_suggestions(home, [*fresh, *kept], metadata={"yutang.model": model.digest})
    return Suggested(
        as_of=people.as_of,
        people=len(set(people.records["one_id"].to_pylist())),
        compared=found.compared,
        suggestions=len(fresh),
        kept=len(kept),
        skipped_keys=found.skipped_keys,
    )


def brand_model(home: Home) -> MatchModel:
    """``<home>/match_model.yml`` if the brand has one, else the model that comes with Yutang.

    Raises:
        YutangError: If it cannot be read or compares what people do not have.
    """
    own = home.root / "match_model.yml"
    path = own if own.exists() else DEFAULT_MODEL
    model = read_model(path)
    unknown = sorted(set(model.names) - COMPARED)
    if unknown:
        raise YutangError(
            f"{path}: people have no {unknown[0]}; compare {', '.join(sorted(COMPARED))}"
        )
    return model


def _rows(found: ScoredPairs, people: People, model: MatchModel) -> list[tuple]:
    """Pairs of phone tokens as pairs of people, the smaller token first."""
    rows = []
    for pair in found.pairs.to_pylist():
        sides = sorted(
            (people.tokens[one_id], one_id)
            for one_id in (people.owners[pair["id_a"]], people.owners[pair["id_b"]])
        )
        (token_a, one_id_a), (token_b, one_id_b) = sides
        rows.append(
            (token_a, token_b, one_id_a, one_id_b, pair["match_probability"],
             ", ".join(pair["agreeing_fields"]), people.as_of, model.digest)
        )  # fmt: skip
    return rows


def _kept(home: Home, people: People, fresh: set[tuple[str, str]]) -> list[tuple]:
    """Earlier suggestions whose two people are one now.

    A pair that was joined is no longer two people, so it is not found again; without its row the
    next build would part them, and the one after join them again.
    """
    kept = []
    for row in read_suggestions(home):
        pair = (row["token_a"], row["token_b"])
        owner_a, owner_b = (people.owners.get(token) for token in pair)
        if owner_a is not None and owner_a == owner_b and pair not in fresh:
            kept.append(tuple(row.values()))
    return kept
