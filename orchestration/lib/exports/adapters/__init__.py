"""Adapters by the name that activation/destinations.yml uses: a module and one line here each."""

from orchestration.lib.exports.adapters.baidu import Baidu
from orchestration.lib.exports.adapters.base import Adapter
from orchestration.lib.exports.adapters.generic import GenericCsv, GenericParquet
from orchestration.lib.exports.adapters.google_customer_match import GoogleCustomerMatch
from orchestration.lib.exports.adapters.kuaishou import Kuaishou
from orchestration.lib.exports.adapters.lists import OaTemplates, SmsList, WecomTasks
from orchestration.lib.exports.adapters.meta import Meta
from orchestration.lib.exports.adapters.ocean_engine import OceanEngine
from orchestration.lib.exports.adapters.tencent_ads import TencentAds

ADAPTERS: dict[str, Adapter] = {
    "tencent_ads": TencentAds(),
    "ocean_engine": OceanEngine(),
    "kuaishou": Kuaishou(),
    "baidu": Baidu(),
    "google_customer_match": GoogleCustomerMatch(),
    "meta": Meta(),
    "csv": GenericCsv(),
    "parquet": GenericParquet(),
    "wecom_tasks": WecomTasks(),
    "sms_list": SmsList(),
    "oa_templates": OaTemplates(),
}
