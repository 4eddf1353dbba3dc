"""bi/superset/: the files that Superset imports.

Belongs here: writing them, and saying whether the committed ones are current. Does not belong here: their
content, or Superset (server.py). `python -m orchestration.lib.bi.bundle` writes them again.
"""

import shutil
from pathlib import Path
from typing import Any

import yaml

from orchestration.lib.bi.charts import chart
from orchestration.lib.bi.dashboards import dashboard
from orchestration.lib.bi.datasets import datasets
from orchestration.lib.bi.errors import BiError
from orchestration.lib.bi.identifiers import DATABASE, VERSION, uuid_of
from orchestration.lib.brand import project_vars
from orchestration.lib.home import PROJECT_DIR
from orchestration.lib.metrics.reference import project_definitions
from orchestration.lib.publish.candidate import read_docs
from orchestration.lib.transform.project import manifest_path

FOLDER = PROJECT_DIR / "bi" / "superset"
PLACE = "PUBLISHED_FILE"  # stands in the database's address until it is imported for a home
_HEAD = "# Made by `python -m orchestration.lib.bi.bundle` from dbt, the metrics and bi/dashboards.yml.\n"
_WORDS = {
    "lifecycle_stage": "lifecycle",
    "aipl_stage": "aipl",
    "value_tier": "tier",
    "rfm_segment": "segment",
    "delivery_state": "delivery",
    "touch_type": "touch",
    "outcome": "reconciliation",
    "record_type": "reconciliation",
}


def files(manifest: Path) -> dict[str, str]:
    """Every file by its path below bi/superset."""
    given = yaml.safe_load((PROJECT_DIR / "bi" / "dashboards.yml").read_text(encoding="utf-8"))
    sets = datasets(project_definitions(), read_docs(manifest), _names())
    found: dict[str, Any] = {
        "metadata.yaml": {
            "version": VERSION,
            "type": "assets",
            "timestamp": "2026-01-01T00:00:00+00:00",
        },
        f"databases/{DATABASE}.yaml": _database(),
    }
    found |= {f"datasets/{DATABASE}/{name}.yaml": one for name, one in sets.items()}
    for one in given["dashboards"]:
        rows = [[{**c, "name": f"{one['name']}-{c['name']}"} for c in row] for row in one["rows"]]
        for line in (c for row in rows for c in row):
            if line["dataset"] not in sets:
                raise BiError(f"chart {line['name']}: there is no dataset {line['dataset']}")
            found[f"charts/{line['name']}.yaml"] = chart(line, sets[line["dataset"]])
        found[f"dashboards/{one['name']}.yaml"] = dashboard(one, rows)
    return {name: _HEAD + _written(content) for name, content in found.items()}


def write(folder: Path = FOLDER, *, published: Path | None = None) -> Path:
    """Write the bundle; with ``published`` for that file, ready to be imported."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in files(manifest_path()).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return for_file(folder, folder, published) if published else folder


def for_file(source: Path, target: Path, published: Path) -> Path:
    """The bundle with the address of one published file."""
    if source != target:
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
    path = target / "databases" / f"{DATABASE}.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"/{PLACE}", f"/{published.absolute()}"), encoding="utf-8")
    return target


def _database() -> dict[str, Any]:
    return {
        "database_name": "Yutang",
        "sqlalchemy_uri": f"duckdb:////{PLACE}".replace("////", "///"),
        "expose_in_sqllab": True,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_run_async": False,
        "cache_timeout": 0,
        "extra": {"engine_params": {"connect_args": {"read_only": True}}},
        "uuid": uuid_of("database", DATABASE),
        "version": VERSION,
    }


def _names() -> dict[str, dict[str, str]]:
    """By coded column its codes in both languages: the words of the page for operators."""
    from orchestration.app.words import AppWords, codes

    channels = project_vars()["channel_map"]
    chinese, english = (AppWords(channels, language) for language in ("zh", "en"))
    both = {code: f"{chinese.channel(code)} {english.channel(code)}" for code in channels}
    both = {
        code: name if len(set(name.split())) > 1 else name.split()[0] for code, name in both.items()
    }
    both |= {
        code: f"{chinese.of('attributed', code)} {english.of('attributed', code)}"
        for code in codes("attributed")
        if code not in both
    }
    named = {column: both for column in ("channel", "platform", "first_order_channel")}
    named |= {
        column: {code: f"{chinese.of(kind, code)} {english.of(kind, code)}" for code in codes(kind)}
        for column, kind in _WORDS.items()
    }
    return named


def _written(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)


if __name__ == "__main__":
    print(write())
