"""Which delivery days there are and which of them still have to be loaded.

Belongs here: comparing what landing/ holds with what raw/ was made from. Does not belong here:
loading.
"""

from datetime import date

from orchestration.lib.home import Home
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.files import landing_files, stat_fingerprint
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.landing.writing import EMPTY_DAY, metadata_of, partition


def landing_days(home: Home, contract: EntityContract) -> list[date]:
    """Delivery days with at least one file, oldest first; folders with other names are no days."""
    return [day for day in _days(home, contract) if landing_files(home, contract, day)]


def pending_days(home: Home, contract: EntityContract, keys: Keys) -> list[date]:
    """Days to load: new, changed since the load, or loaded under another contract or pepper.

    A day whose landing folder is gone stays as it was loaded.
    """
    return [day for day in _days(home, contract) if is_pending(home, contract, keys, day)]


def is_pending(home: Home, contract: EntityContract, keys: Keys, day: date) -> bool:
    """Whether the files of ``day`` are not what its rows in raw were made from."""
    files = landing_files(home, contract, day)
    if not files:
        return False
    target = partition(home, contract, day)
    data, load = metadata_of(target.data), metadata_of(target.load)
    return (
        not data
        # The rows are renamed last: where the two differ a load died between the renames.
        or data.get("yutang.load_id") != load.get("yutang.load_id")
        or data.get("yutang.contract") != contract.digest
        or data.get("yutang.key_version") != keys.version
        or load.get("yutang.landing") != stat_fingerprint(files)
    )


def _days(home: Home, contract: EntityContract) -> list[date]:
    folder = home.landing / contract.channel / contract.entity
    days = []
    for path in folder.glob("dt=*"):
        try:
            day = date.fromisoformat(path.name.removeprefix("dt="))
        except ValueError:
            continue
        if day != EMPTY_DAY:
            days.append(day)
    return sorted(days)
