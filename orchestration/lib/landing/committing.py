"""The last step of a load: everything is written beside its place, then renamed, the rows last.

Belongs here: the order of the renames. The rename of the rows' file is the commit: a load that dies
before it leaves the old rows, and the day is still pending.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from orchestration.lib.home import Home
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.files import LandingFile, stat_fingerprint
from orchestration.lib.landing.results import LoadResult
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.landing.writing import (
    LOAD_COLUMNS,
    REJECT_COLUMNS,
    partition,
    unfinished,
    write_small,
)
from orchestration.lib.vault.store import Vault


@dataclass(frozen=True)
class Place:
    """Where a load works: the home, its secrets, the contract."""

    home: Home
    keys: Keys
    contract: EntityContract

    def metadata(self, load_id: str) -> dict[str, str]:
        """What every file of a load says about itself."""
        return {
            "yutang.load_id": load_id,
            "yutang.key_version": self.keys.version,
            "yutang.contract": self.contract.digest,
        }


def commit(
    place: Place,
    result: LoadResult,
    files: list[LandingFile],
    values: Iterable[pa.Table] | None,
) -> None:
    """Put a load in place whose rows (and observations) are written beside theirs already.

    Args:
        values: Clear values for the vault in parts; a value may be in several. None: the contract
            has no identifiers.
    """
    contract, metadata = place.contract, place.metadata(result.load_id)
    target = partition(place.home, contract, result.day)
    if values is not None:
        Vault(place.home, place.keys.vault_key).put(
            contract.channel,
            contract.entity,
            result.day,
            values,
            label=result.load_id,
        )
    if result.rejects:
        rows = [
            (reject.file, reject.line, reject.column_name, reject.reason_code, reject.reason)
            for reject in result.rejects
        ]
        write_small(unfinished(target.rejects), REJECT_COLUMNS, rows, metadata=metadata)
    load = {
        "unknown_columns": ", ".join(result.unknown_columns) or None,
        "key_version": place.keys.version,
        "min_observed_at": result.counts.min_observed_at,
        "max_observed_at": result.counts.max_observed_at,
    }
    names = [name for name, _ in LOAD_COLUMNS]
    row = tuple(load[name] if name in load else getattr(result, name) for name in names)
    landing = {"yutang.landing": stat_fingerprint(files)}
    write_small(unfinished(target.load), LOAD_COLUMNS, [row], metadata={**metadata, **landing})
    if values is not None:
        unfinished(target.observations).replace(target.observations)
    if result.rejects:
        unfinished(target.rejects).replace(target.rejects)
    else:
        target.rejects.unlink(missing_ok=True)
    unfinished(target.load).replace(target.load)
    unfinished(target.data).replace(target.data)
