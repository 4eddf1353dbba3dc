"""How alike two values of a field are: its levels, best first, as SQL and for Splink.

Belongs here: conditions per kind. Does not belong here: estimating what a level is worth.
"""

from dataclasses import dataclass
from typing import Any

from orchestration.lib.identity.matching.definition import MatchField

PREFIX = "gamma_"  # column of a pair's level: -1 blank, 0 different, the highest number equal


@dataclass(frozen=True)
class KnownChance:
    """How often strangers are this alike, where random pairs are too few to see it.

    Args:
        field: The field.
        level: 0 for equal, 1 for the best similarity below.
        share: Share of pairs of strangers, 0-1.
    """

    field: str
    level: int
    share: float


def conditions(field: MatchField) -> list[str]:
    """SQL over ``<field>_l`` and ``<field>_r`` per level, best first; the first is equality."""
    left, right = f'"{field.name}_l"', f'"{field.name}_r"'
    found = [f"{left} = {right}"]
    for similarity in field.similarities:
        if field.kind in ("name", "text"):
            found.append(f"jaro_winkler_similarity({left}, {right}) >= {similarity}")
        else:
            found.append(f"damerau_levenshtein({left}, {right}) <= {similarity:g}")
    return found


def different(field: MatchField) -> str:
    """SQL that holds if both values are there and are not alike."""
    blank = f'"{field.name}_l" is null or "{field.name}_r" is null'
    return f"not ({blank} or {' or '.join(conditions(field))})"


def comparison(field: MatchField, chances: tuple[KnownChance, ...] = ()) -> dict[str, Any]:
    """Splink's comparison of the field."""
    blank = f'"{field.name}_l" is null or "{field.name}_r" is null'
    levels: list[dict[str, Any]] = [
        {"sql_condition": blank, "label_for_charts": "blank", "is_null_level": True}
    ]
    for position, condition in enumerate([*conditions(field), "ELSE"]):
        level: dict[str, Any] = {
            "sql_condition": condition,
            "label_for_charts": f"level {position}",
        }
        if position == 0 and field.frequent_values:
            level["tf_adjustment_column"] = field.name
        if field.agreement:
            shares = (*field.agreement, 1 - sum(field.agreement))
            level |= {"m_probability": shares[position], "fix_m_probability": True}
        for chance in chances:
            if (chance.field, chance.level) == (field.name, position):
                level |= {"u_probability": chance.share, "fix_u_probability": True}
        levels.append(level)
    return {"output_column_name": field.name, "comparison_levels": levels}


def agreeing_fields_sql(fields: tuple[MatchField, ...]) -> str:
    """SQL of the list of fields that agree: the name where equal, ``~name`` where alike."""
    cases = [
        f"case when {PREFIX}{f.name} = {len(f.similarities) + 1} then '{f.name}' "
        f"when {PREFIX}{f.name} > 0 then '~{f.name}' end"
        for f in fields
    ]
    return f"[found for found in [{', '.join(cases)}] if found is not null]"
