"""What a load did, as a value; and the name of what it was made from."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime

from orchestration.lib.landing.delivery import Delivery
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.errors import LandingError
from orchestration.lib.landing.files import LandingFile, content_hash
from orchestration.lib.landing.locating import Reject
from orchestration.lib.landing.tokens import Keys

LOADER_VERSION = "1"  # part of every load_id: raise it when the same files would give other rows


@dataclass(frozen=True)
class Counts:
    """Rows of one day. ``rows_read = rows_loaded + rows_rejected + rows_duplicate``, always."""

    rows_read: int
    rows_loaded: int
    rows_rejected: int
    rows_duplicate: int
    nul_cells_cleaned: int = 0
    min_observed_at: datetime | None = None
    max_observed_at: datetime | None = None

    def check(self, contract: EntityContract, day: date) -> None:
        """Raise LandingError if rows were lost or made up."""
        if self.rows_read != self.rows_loaded + self.rows_rejected + self.rows_duplicate:
            raise LandingError(
                f"{contract.name} {day}: {self.rows_read} rows read are not {self.rows_loaded} "
                f"loaded + {self.rows_rejected} refused + {self.rows_duplicate} duplicates; nothing "
                "was changed. Please report this with the contract"
            )


@dataclass(frozen=True)
class LoadResult:
    """What the load of one delivery day of one entity did."""

    channel: str
    entity: str
    day: date
    load_id: str
    files: int
    bytes: int
    counts: Counts
    quarantined: dict[str, str]  # file -> reason code
    unknown_columns: tuple[str, ...]
    rejects: tuple[Reject, ...] = field(repr=False)
    seconds: float

    @classmethod
    def of(
        cls,
        delivery: Delivery,
        files: list[LandingFile],
        *,
        day: date,
        load_id: str,
        counts: Counts,
        rejects: list[Reject],
        seconds: float,
    ) -> "LoadResult":
        """The result of ``day``, whose ``files`` are part of ``delivery``."""
        unknown = [delivery.unknown_columns.get(file, set()) for file in files]
        return cls(
            channel=delivery.contract.channel,
            entity=delivery.contract.entity,
            day=day,
            load_id=load_id,
            files=len(files),
            bytes=sum(file.size for file in files),
            counts=counts,
            quarantined={
                file.path.name: delivery.quarantined[file]
                for file in files
                if file in delivery.quarantined
            },
            unknown_columns=tuple(sorted(set().union(*unknown))),
            rejects=tuple(rejects),
            seconds=seconds,
        )

    @property
    def rows_read(self) -> int:
        return self.counts.rows_read

    @property
    def rows_loaded(self) -> int:
        return self.counts.rows_loaded

    @property
    def rows_rejected(self) -> int:
        return self.counts.rows_rejected

    @property
    def rows_duplicate(self) -> int:
        return self.counts.rows_duplicate

    @property
    def nul_cells_cleaned(self) -> int:
        return self.counts.nul_cells_cleaned

    @property
    def files_quarantined(self) -> int:
        return len(self.quarantined)


def load_id_of(files: list[LandingFile], contract: EntityContract, keys: Keys) -> str:
    """Names what a load is made from: the same files, contract and pepper give the same rows."""
    parts = (LOADER_VERSION, content_hash(files), contract.digest, keys.version)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def check_required(
    contract: EntityContract, day: date, counts: Counts, rejects: list[Reject]
) -> None:
    """One clear error instead of a refusal of every row, where a required key is in no record.

    Raises:
        LandingError: If every row of the day was refused for the same missing column.
    """
    if not rejects or counts.rows_rejected < counts.rows_read:
        return
    lacking = {(reject.reason_code, reject.column_name) for reject in rejects if reject.line}
    if len(lacking) == 1 and (found := lacking.pop())[0] == "missing_required":
        path = ".".join(contract.by_name[found[1] or ""].path)
        raise LandingError(
            f"{contract.name}: none of the {counts.rows_read} rows of {day} has '{path}', which the "
            f"contract requires; first file {rejects[0].file}. Deliver the files again with it, or "
            "change the contract"
        )
