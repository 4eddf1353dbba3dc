"""activation/destinations.yml and the routes: what is there, and what a wrong line is answered."""

from pathlib import Path

import pytest
import yaml

from orchestration.lib.exports.adapters import ADAPTERS
from orchestration.lib.exports.destinations import load_destinations
from orchestration.lib.exports.errors import DestinationError, ExportError
from orchestration.lib.exports.routes import load_routes, matching
from orchestration.lib.home import PROJECT_DIR

GOOD = """\
ads:
  name: {en: Ads, zh: 广告}
  adapter: tencent_ads
  account: {account_id: 1}
  id_types: [HASH_MOBILE_PHONE]
  consent: {purpose: "share:ads"}
"""


def load(folder: Path, text: str):
    path = folder / "destinations.yml"
    path.write_text(text, encoding="utf-8")
    return load_destinations(path)


def test_the_file_of_the_project_has_every_adapter_and_nothing_overseas_is_on():
    found = load_destinations()
    assert {one.adapter for one in found.values()} == set(ADAPTERS)
    overseas = {key for key, one in found.items() if one.region == "overseas"}
    assert overseas == {"google_customer_match", "meta"}
    assert not any(found[key].enabled for key in overseas)
    for key, one in found.items():
        share = one.made.best_only or one.adapter in ("csv", "parquet")
        assert one.consent.purpose == ("marketing" if share else f"share:{key}")


@pytest.mark.parametrize(
    ("change", "line", "sentence"),
    [
        (("tencent_ads", "tencent_add"), 3, "no adapter tencent_add; did you mean tencent_ads?"),
        (("HASH_MOBILE_PHONE", "HASH_MOBILE"), 5, "did you mean HASH_MOBILE_PHONE?"),
        (("account_id", "acount_id"), 4, "no account key acount_id; did you mean account_id?"),
        (("consent:", "consents:"), 6, "no setting consents; did you mean consent?"),
        (("zh: 广告", "cn: 广告"), 2, "no setting cn"),
        (('"share:ads"', "Share"), 6, "consent.purpose"),
        (("id_types: [HASH_MOBILE_PHONE]", "id_types: []"), 5, "id_types"),
        (("  account: {account_id: 1}\n", "  guard: {max_removed_pct: 130}\n"), 4, "less than or equal"),
        (("[HASH_MOBILE_PHONE]", "[WECHAT_OPENID]"), 5, "needs account: {open_app_id: ...}"),
        (("  id_types", "  region: overseas\n  enabled: true\n  id_types"), 6, "cross_border_basis"),
        (("ads:\n", "ads:\n  adapter: csv\n"), 4, "adapter is there twice, first in line 2"),
        (("ads:\n", "ads: [\n"), 3, "is no YAML"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named_with_the_nearest_right_one(tmp_path, change, line, sentence):
    with pytest.raises(DestinationError) as wrong:
        load(tmp_path, GOOD.replace(*change))
    assert f"destinations.yml:{line}" in str(wrong.value)
    assert sentence in str(wrong.value)


def audience(folder: Path, name: str, **body: object) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yml").write_text(yaml.safe_dump({"name": name, **body}), encoding="utf-8")


def test_routes_are_the_destinations_that_audiences_name(tmp_path):
    found = load(tmp_path, GOOD)
    folder = tmp_path / "audiences"
    assert load_routes(found, folder) == []
    audience(folder, "vip", destinations=["ads"], holdout={"percent": 10, "salt": "s"})
    audience(folder, "quiet")
    routes = load_routes(found, folder)
    assert [route.name for route in routes] == ["ads/vip"]
    assert routes[0].holdout.percent == 10
    assert matching(routes, "ads", None) == routes
    with pytest.raises(ExportError, match="no audience goes to ads/quiet; routes are: ads/vip"):
        matching(routes, "ads", "quiet")


def test_an_audience_cannot_go_where_nothing_is_or_what_is_off(tmp_path):
    folder = tmp_path / "audiences"
    audience(folder, "vip", destinations=["adds"])
    with pytest.raises(
        ExportError, match=r"vip.yml: there is no destination adds; did you mean ads"
    ):
        load_routes(load(tmp_path, GOOD), folder)
    audience(folder, "vip", destinations=["ads"])
    off = GOOD.replace("  adapter", "  enabled: false\n  adapter")
    with pytest.raises(ExportError, match="destination ads is off"):
        load_routes(load(tmp_path, off), folder)
    audience(folder, "good", destinations=["ads"])
    audience(folder, "vip", destinations=["adds"])
    faults = []
    assert [r.audience for r in load_routes(load(tmp_path, GOOD), folder, faults=faults)] == [
        "good"
    ]
    assert len(faults) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [("", "acknowledged_by must be delivery"),
     ("  acknowledged_by: delivery\n", "full_reset_days must be null")],
)  # fmt: skip
def test_no_message_list_can_be_set_up_to_send_twice(tmp_path, change, sentence):
    text = GOOD.replace("tencent_ads", "sms_list").replace("HASH_MOBILE_PHONE", "phone")
    with pytest.raises(DestinationError, match=sentence):
        load(tmp_path, text.replace("  account: {account_id: 1}\n", change))


def test_the_reference_names_every_destination_adapter_and_identifier_type():
    page = (PROJECT_DIR / "docs" / "reference" / "destinations.md").read_text(encoding="utf-8")
    for key in load_destinations():
        assert f"`{key}`" in page, key
    for name, adapter in ADAPTERS.items():
        assert f"`{name}`" in page, name
        for kind in adapter.id_types:
            assert f"`{kind}`" in page, kind
