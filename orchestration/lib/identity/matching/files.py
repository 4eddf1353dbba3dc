"""The YAML form of a model, which people edit.

Belongs here: reading it, with errors that name the file and the entry. Does not belong here: what
an entry means (definition.py).
"""

from pathlib import Path
from typing import Any

import yaml

from orchestration.lib.identity.matching.definition import MatchField, MatchModel, parse_block
from orchestration.lib.identity.matching.errors import MatchModelError

_KEYS = {"fields", "blocks", "certain", "training", "largest_block", "sample_pairs", "seed"}
_FIELD_KEYS = {"kind", "within", "frequent_values", "agreement"}
_CERTAIN_KEYS = {"blocks", "recall", "at_least"}


def read_model(path: Path) -> MatchModel:
    """The model in ``path``.

    Raises:
        MatchModelError: If the file cannot be read or an entry cannot be used.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise MatchModelError(f"{path}: cannot be read as YAML: {error}") from error
    try:
        return _model(content)
    except MatchModelError as error:
        raise MatchModelError(f"{path}: {error}") from error
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise MatchModelError(
            f"{path}: an entry has the wrong form ({error}); "
            "docs/guides/probabilistic-links.md shows every entry"
        ) from error


def _model(content: dict[str, Any]) -> MatchModel:
    _known(content, _KEYS, "the model")
    certain = content["certain"]
    _known(certain, _CERTAIN_KEYS, "certain")
    return MatchModel(
        fields=tuple(_field(name, entry) for name, entry in content["fields"].items()),
        blocks=tuple(parse_block(terms) for terms in content["blocks"]),
        certain=tuple(parse_block(terms) for terms in certain["blocks"]),
        certain_recall=float(certain["recall"]),
        certain_minimum=int(certain.get("at_least", 1)),
        training=tuple(tuple(names) for names in content.get("training", [])),
        **{k: int(content[k]) for k in ("largest_block", "sample_pairs", "seed") if k in content},
    )


def _field(name: str, entry: dict[str, Any]) -> MatchField:
    _known(entry, _FIELD_KEYS, f"field '{name}'")
    return MatchField(
        name=name,
        kind=entry["kind"],
        within=entry.get("within"),
        frequent_values=bool(entry.get("frequent_values", False)),
        agreement=tuple(float(share) for share in entry.get("agreement", ())),
    )


def _known(entry: dict[str, Any], keys: set[str], where: str) -> None:
    if not isinstance(entry, dict):
        raise MatchModelError(f"{where} must be a mapping, found {type(entry).__name__}")
    unknown = sorted(set(map(str, entry)) - keys)
    if unknown:
        raise MatchModelError(f"{where} has '{unknown[0]}'; it takes {', '.join(sorted(keys))}")
