"""Adapters by the name that activation/destinations.yml uses.

Every module beside this one says in its ADAPTERS which it has; a new module is enough.
"""

from importlib import import_module
from pkgutil import iter_modules

from orchestration.lib.exports.adapters.base import Adapter

ADAPTERS: dict[str, Adapter] = {
    name: adapter
    for module in sorted(one.name for one in iter_modules(__path__))
    for name, adapter in getattr(import_module(f"{__name__}.{module}"), "ADAPTERS", {}).items()
}
