"""Asset keys, in one place: a bare name would silently make an asset that nobody fills.

Belongs here: the mapping from names to keys and groups. Does not belong here: assets.
"""

import json
from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.lib.publish.relations import PUBLIC_SCHEMAS
from orchestration.lib.transform import project

INGEST_SOURCE = "ingest"  # the dbt source over what the loader writes beside the rows
CANDIDATE = dg.AssetKey(["published", "candidate"])
PUBLISHED = dg.AssetKey(["published", "yutang"])
BRAND_FILES = dg.AssetKey(["published", "brands"])
VAULT = dg.AssetKey(["state", "vault"])
SUGGESTIONS = dg.AssetKey(["state", "identity_suggestions"])  # optional: no part of the daily job


def raw_key(channel: str, entity: str) -> dg.AssetKey:
    """Key of the raw asset of one entity; the dbt source of the same name has the same key."""
    return dg.AssetKey(["raw", channel, entity])


def report_key(name: str) -> dg.AssetKey:
    """Key of the asset that writes reports/<name>.html."""
    return dg.AssetKey(["reports", name])


def export_key(destination: str) -> dg.AssetKey:
    """Key of the asset that writes outbox/<destination>/."""
    return dg.AssetKey(["exports", destination])


def audience_key(name: str) -> dg.AssetKey:
    """Key of the members of one audience."""
    return dg.AssetKey(["audiences", name])


def model_key(resource: Mapping[str, Any]) -> dg.AssetKey:
    """Key of a dbt model or seed: schema and name, as in the published file."""
    return dg.AssetKey([resource["config"]["schema"], resource["name"]])


def public_model_keys() -> list[dg.AssetKey]:
    """Keys of the dbt models that the published file holds."""
    nodes = json.loads(project.manifest_path().read_text())["nodes"].values()
    return [
        model_key(node)
        for node in nodes
        if node["resource_type"] == "model" and node["schema"] in PUBLIC_SCHEMAS
    ]
