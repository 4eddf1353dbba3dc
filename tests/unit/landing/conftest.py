"""A small project of its own (contracts, identifier types) and a home to load into."""

import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing import large, loader
from orchestration.lib.landing.connection import open_connection
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.results import LoadResult
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.vault.store import Vault

DAY = date(2026, 5, 1)
KEYS = Keys(pepper=b"pepper-test", vault_key=b"k" * 32)

SOURCES = """
version: 2
sources:
  - name: shop
    tables:
      - name: items
        config: {meta: {format: csv, encoding: utf-8, key: [sku]}}
        columns:
          - {name: sku, data_type: varchar, config: {meta: {required: true, id: true}}}
          - {name: title, data_type: varchar}
          - {name: units, data_type: integer}
          - {name: price_fen, data_type: bigint, config: {meta: {unit: fen}}}
          - {name: weight, data_type: "decimal(9,3)"}
          - {name: listed, data_type: date}
          - {name: changed_at, data_type: timestamp, config: {meta: {timezone: Asia/Shanghai}}}
          - {name: is_new, data_type: boolean}
      - name: sales
        config: {meta: {format: csv, encoding: utf-8, key: [order_no], observed_at: sold_at}}
        columns:
          - {name: order_no, data_type: varchar, config: {meta: {required: true, id: true}}}
          - {name: card, data_type: varchar,
             config: {meta: {identifier: {type: card_no, scope: {var: program}}}}}
          - {name: phone, data_type: varchar,
             config: {meta: {identifier: {type: phone, verified: false}}}}
          - {name: paid_fen, data_type: bigint, config: {meta: {required: true, unit: fen}}}
          - {name: sold_at, data_type: timestamp,
             config: {meta: {required: true, timezone: brand}}}
          - {name: note, data_type: varchar}
      - name: legacy
        config: {meta: {format: csv, encoding: gbk, key: [code]}}
        columns:
          - {name: code, data_type: varchar, config: {meta: {required: true, id: true}}}
          - {name: city, data_type: varchar}
      - name: clicks
        config: {meta: {format: csv, encoding: utf-8, key: [id]}}
        columns:
          - {name: id, data_type: varchar, config: {meta: {required: true, id: true}}}
          - {name: md5, data_type: varchar, config: {meta: {identifier: {type: phone_md5}}}}
          - {name: sha256, data_type: varchar, config: {meta: {identifier: {type: phone_sha256}}}}
      - name: links
        config: {meta: {format: csv, key: [id], observed_at: at, observed: false}}
        columns:
          - {name: id, data_type: varchar, config: {meta: {required: true, id: true}}}
          - {name: a_type, data_type: varchar, config: {meta: {required: true, id: true}}}
          - {name: a_scope, data_type: varchar, config: {meta: {id: true}}}
          - {name: a, data_type: varchar,
             config: {meta: {required: true,
                             identifier: {type_column: a_type, scope: {column: a_scope}}}}}
          - {name: b_type, data_type: varchar, config: {meta: {id: true}}}
          - {name: b, data_type: varchar, config: {meta: {identifier: {type_column: b_type}}}}
          - {name: c, data_type: varchar, config: {meta: {identifier: {type_column: b_type}}}}
          - {name: at, data_type: timestamp, config: {meta: {timezone: brand}}}
      - name: visits
        config: {meta: {format: ndjson, key: [id], observed_at: time}}
        columns:
          - {name: id, data_type: varchar, config: {meta: {required: true, id: true}}}
          - {name: time, data_type: bigint, config: {meta: {required: true, unit: epoch_ms}}}
          - {name: appid, data_type: varchar, config: {meta: {id: true}}}
          - {name: openid, data_type: varchar,
             config: {meta: {identifier: {type: wx_openid, scope: {column: appid}},
                             path: identities.$openid}}}
          - {name: oaid, data_type: varchar,
             config: {meta: {identifier: {type: oaid}, path: identities.device.oaid}}}
          - {name: distinct_id, data_type: varchar,
             config: {meta: {identifier: {type: distinct_id}}}}
          - {name: tags, data_type: json}
          - name: staff
            data_type: json
            config:
              meta:
                fields:
                  - {name: userid, data_type: varchar, id: true}
                  - {name: since, data_type: bigint, unit: epoch_s}
                  - {name: remark, data_type: varchar}
                  - {name: mobiles, data_type: "varchar[]",
                     identifier: {type: phone, verified: false}}
"""


@dataclass
class Shop:
    """A home with contracts, and short ways to deliver and load."""

    home: Home
    project: Path
    contracts: dict[tuple[str, str], EntityContract]

    def contract(self, entity: str) -> EntityContract:
        return self.contracts["shop", entity]

    def put(self, entity: str, name: str, content: bytes | str, *, day: date = DAY) -> Path:
        path = self.home.landing / "shop" / entity / f"dt={day}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def put_json(self, entity: str, name: str, records: Iterable[dict]) -> Path:
        lines = (json.dumps(record, ensure_ascii=False) for record in records)
        return self.put(entity, name, "\n".join(lines) + "\n")

    def load(self, entity: str, *, day: date = DAY, keys: Keys = KEYS) -> LoadResult:
        with open_connection(keys, memory_limit="2GB", threads=2) as connection:
            return loader.load_partition(
                self.contract(entity), day, home=self.home, keys=keys, connection=connection
            )

    def rows(self, entity: str, columns: str = "*", *, day: date = DAY) -> list[tuple]:
        path = self.home.raw / "shop" / entity / f"dt={day}" / "part-0.parquet"
        return duckdb.execute(
            f"select {columns} from read_parquet('{path}', hive_partitioning = false)"
        ).fetchall()

    def observations(self, entity: str, columns: str = "*") -> list[tuple]:
        path = self.home.raw / "_observations" / "shop" / entity / f"dt={DAY}" / "part-0.parquet"
        return duckdb.execute(
            f"select {columns} from read_parquet('{path}', hive_partitioning = false) order by all"
        ).fetchall()

    def vault(self, keys: Keys = KEYS) -> Vault:
        return Vault(self.home, keys.vault_key)

    def clear_values(self) -> list[str]:
        """All values in the vault."""
        tables = self.vault()._tables()
        return sorted(pa.concat_tables(tables)["value"].to_pylist()) if tables else []


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    project = tmp_path / "project"
    sources = project / "models" / "staging" / "shop"
    sources.mkdir(parents=True)
    (sources / "_shop__sources.yml").write_text(SOURCES, encoding="utf-8")
    (project / "dbt_project.yml").write_text(
        "vars: {program: main, brand_timezone: Asia/Shanghai, member_program: main, "
        "wx_open_platform: main, crm_wx_appid: wx1}\n",
        encoding="utf-8",
    )
    seeds = project / "seeds" / "identity"
    seeds.mkdir(parents=True)
    for name in ("identifier_types.csv", "blocked_identifiers.csv"):
        (seeds / name).write_bytes((PROJECT_DIR / "seeds" / "identity" / name).read_bytes())
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    return Shop(home, project, load_contracts(project))


@pytest.fixture(params=["small", "large", "inline"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every way a day can be loaded; tests that take it must hold for all."""
    if request.param != "small":
        monkeypatch.setattr(loader, "SMALL", -1)
    if request.param == "inline":

        def no_memory(*_: object) -> None:
            raise duckdb.OutOfMemoryException("no memory for the identifiers")

        monkeypatch.setattr(large, "collect_combinations", no_memory)
    return request.param


def gz(content: str) -> bytes:
    return gzip.compress(content.encode(), mtime=0)


def zst(content: str) -> bytes:
    return pa.compress(content.encode(), codec="zstd", asbytes=True)


Compress = Callable[[str], bytes]
