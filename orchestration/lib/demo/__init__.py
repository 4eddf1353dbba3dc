"""A simulated consumer brand: native landing files of 22 entities, and the truth about them.

>>> from orchestration.lib import demo
>>> demo.write_demo(home, people=2_000)  # doctest: +SKIP
"""

from orchestration.lib.demo.simulation import DemoError, DemoSummary, write_demo

__all__ = ["DemoError", "DemoSummary", "write_demo"]
