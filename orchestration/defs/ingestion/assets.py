"""One raw asset per channel and entity, generated from the contracts (dbt source definitions).

Belongs here: wrapping the loader as partitioned assets. Does not belong here: how a file is read.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import dagster as dg

from orchestration.defs.keys import INGEST_SOURCE, VAULT, raw_key
from orchestration.lib.errors import RetryableError
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.quality.loads import LoadCounts, read_loads
from orchestration.partitions import DELIVERY_DAYS, partition_keys
from orchestration.resources import WAREHOUSE_POOL, HomeResource, RunSettings

RECONCILE_CHECK = "rows_reconcile"
OWNER = "team:data-engineering"

# Files arrive during the day; a day and a half without any is late for a daily delivery.
FRESHNESS = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=60), warn_window=timedelta(hours=36)
)
# A busy file or lock passes by itself; everything else is permanent and is not tried again.
RETRIES = dg.RetryPolicy(max_retries=3, delay=5, backoff=dg.Backoff.EXPONENTIAL)


def build_raw_asset(contract: EntityContract) -> dg.AssetsDefinition:
    """The raw asset of one entity: a partition is one delivery day, replaced as a whole."""
    key = raw_key(contract.channel, contract.entity)

    @dg.asset(
        key=key,
        description=_description(contract),
        group_name="raw",
        kinds={contract.format, "parquet", "duckdb"},
        owners=[OWNER],
        tags={"channel": contract.channel},
        partitions_def=DELIVERY_DAYS,
        backfill_policy=dg.BackfillPolicy.single_run(),
        freshness_policy=FRESHNESS,
        retry_policy=RETRIES,
        # Models read raw/ while they are built: a load waits until they are done.
        pool=WAREHOUSE_POOL,
        check_specs=[
            dg.AssetCheckSpec(
                RECONCILE_CHECK,
                asset=key,
                description="Rows read = loaded + rejected + duplicates; no file quarantined.",
            )
        ],
    )
    def raw_asset(
        context: dg.AssetExecutionContext, home: HomeResource, settings: RunSettings
    ) -> dg.MaterializeResult:
        days = partition_keys(context)
        try:
            loaded = _load(contract, days, home.paths, only_pending=settings.only_pending)
        except RetryableError:
            raise
        except Exception as error:
            raise dg.Failure(
                _named(contract, error), metadata={"days": len(days)}, allow_retries=False
            ) from error
        counts = read_loads(home.paths, channel=contract.channel, entity=contract.entity)
        return dg.MaterializeResult(
            metadata=_metadata([c for c in counts if c.day in set(days)], loaded),
            check_results=[_reconcile(key, [c for c in counts if c.day in set(days)])],
        )

    return raw_asset


def _load(
    contract: EntityContract,
    days: list[date],
    home: Home,
    *,
    only_pending: bool,
) -> list[date]:
    from orchestration.lib.landing.ahead import loaded_ahead
    from orchestration.lib.landing.connection import kept_connection
    from orchestration.lib.landing.loader import load_entity
    from orchestration.lib.landing.partitions import landing_days, pending_days
    from orchestration.lib.landing.reference import prepare_home
    from orchestration.lib.landing.tokens import Keys

    keys = Keys.load_or_create(home)
    loaded = loaded_ahead(home, contract)
    delivered = pending_days(home, contract, keys) if only_pending else landing_days(home, contract)
    wanted = [day for day in days if day in set(delivered)]
    prepare_home(home, [contract], keys)
    if wanted:
        load_entity(contract, wanted, home=home, keys=keys, connection=kept_connection(keys))
    return [day for day in days if day in {*loaded, *wanted}]


def _named(contract: EntityContract, error: Exception) -> str:
    """The error's own sentence, with the entity before it if it does not say which one it is."""
    sentence = str(error) or type(error).__name__
    return sentence if contract.name in sentence else f"{contract.name}: {sentence}"


def _metadata(counts: list[LoadCounts], loaded: list[date]) -> dict[str, dg.MetadataValue]:
    newest = max(counts, key=lambda c: c.day, default=None)
    return {
        "dagster/row_count": dg.MetadataValue.int(sum(c.rows_loaded for c in counts)),
        "rows_read": dg.MetadataValue.int(sum(c.rows_read for c in counts)),
        "rows_rejected": dg.MetadataValue.int(sum(c.rows_rejected for c in counts)),
        "rows_duplicate": dg.MetadataValue.int(sum(c.rows_duplicate for c in counts)),
        "files": dg.MetadataValue.int(sum(c.files for c in counts)),
        "files_quarantined": dg.MetadataValue.int(sum(c.files_quarantined for c in counts)),
        "unknown_columns": dg.MetadataValue.text(
            ", ".join(sorted({c.unknown_columns for c in counts if c.unknown_columns})) or "none"
        ),
        "load_id": dg.MetadataValue.text(newest.load_id if newest else "nothing delivered"),
        "days_loaded": dg.MetadataValue.int(len(loaded)),
    }


def _reconcile(key: dg.AssetKey, counts: list[LoadCounts]) -> dg.AssetCheckResult:
    wrong = [c for c in counts if not c.reconciles]
    return dg.AssetCheckResult(
        check_name=RECONCILE_CHECK,
        asset_key=key,
        passed=not wrong,
        description="; ".join(c.sentence for c in wrong[:5]) or "every partition reconciles",
        metadata={"partitions": len(counts), "partitions_wrong": len(wrong)},
    )


def _description(contract: EntityContract) -> str:
    grain = ", ".join(contract.key) or "one row per delivered record"
    return (
        f"Typed and validated rows of {contract.name} with tokens in place of identifiers, by "
        f"delivery day. Key: {grain}. Refused rows are in raw/_rejects. Read by the staging model "
        f"stg_{contract.channel}__{contract.entity}."
    )


def build_ingest_books(raw_keys: Iterable[dg.AssetKey]) -> list[dg.AssetSpec]:
    """What every load writes beside the rows; dbt reads it as source `ingest`."""
    descriptions = {
        "observations": "Identifiers seen together on records: what the OneID is made of.",
        "rejects": "Every refused row: file, line, column, reason; its text stays in landing.",
        "loads": "One row per loaded partition with its counts.",
        "blocked_identifiers": "seeds/identity/blocked_identifiers.csv as tokens.",
        "link_suggestions": "People who may be one, found by `yutang suggest`; tokens and scores.",
        "manual_links": "seeds/identity/manual_links.csv as tokens.",
        "identifier_aliases": "Hashed phones that platforms delivered, and the phones they are of.",
        "accepted_links": "seeds/identity/accepted_links.csv: suggestions that people accepted.",
    }
    return [
        dg.AssetSpec(
            ["raw", INGEST_SOURCE, name],
            deps=list(raw_keys),
            group_name="raw",
            owners=[OWNER],
            kinds={"parquet"},
            description=description,
        )
        for name, description in descriptions.items()
    ]


def build_vault(raw_keys: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """The vault after the loads: segments merged, so that look-ups stay fast."""

    @dg.asset(
        key=VAULT,
        deps=list(raw_keys),
        group_name="raw",
        owners=[OWNER],
        kinds={"parquet"},
        description=(
            "Clear values of tokens, encrypted; opened only by exports, `explain --reveal` and "
            "erasure. This asset merges the segments that loads appended."
        ),
    )
    def vault(home: HomeResource) -> None:
        from orchestration.lib.landing.tokens import Keys
        from orchestration.lib.vault.store import Vault

        Vault(home.paths, Keys.load_or_create(home.paths).vault_key).compact()

    return vault


@dg.definitions
def ingestion() -> dg.Definitions:
    """Raw assets of all contracts, the books beside them, and the vault."""
    contracts = load_contracts(PROJECT_DIR, Home.from_environment())
    keys = [raw_key(*name) for name in contracts]
    return dg.Definitions(
        assets=[
            *(build_raw_asset(contract) for contract in contracts.values()),
            *build_ingest_books(keys),
            build_vault(keys),
        ]
    )
