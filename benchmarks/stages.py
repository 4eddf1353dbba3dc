"""Parts of a run by themselves, without Dagster: the raw load, and identity on what was loaded.

Run: ``python -m benchmarks.stages load|identity`` (works on YUTANG_HOME)
"""

import subprocess
import sys
from pathlib import Path

from orchestration.lib.home import PROJECT_DIR, Home


def load(home: Home) -> None:
    """Load every delivery of every entity, as the raw assets do."""
    from orchestration.lib.landing.contract import load_contracts
    from orchestration.lib.landing.loader import load_entity, prepare_home
    from orchestration.lib.landing.partitions import landing_days
    from orchestration.lib.landing.tokens import Keys

    contracts = load_contracts(PROJECT_DIR, home).values()
    keys = Keys.load_or_create(home)
    prepare_home(home, contracts, keys)
    for contract in contracts:
        load_entity(contract, landing_days(home, contract), home=home, keys=keys)


def identity(home: Home) -> None:
    """Seeds, and the bridge with all it is made from, by dbt."""
    dbt = Path(sys.executable).with_name("yutang-dbt")
    for arguments in (
        ["seed"],
        ["run", "--select", "+bridge_customer_identifiers"],
    ):
        subprocess.run(
            [
                dbt,
                "--quiet",
                *arguments,
                "--project-dir",
                PROJECT_DIR,
                "--profiles-dir",
                PROJECT_DIR,
            ],
            cwd=home.root,
            check=True,
        )


STAGES = {"load": load, "identity": identity}

if __name__ == "__main__":
    STAGES[sys.argv[1]](Home.from_environment())
