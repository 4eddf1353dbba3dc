"""Complete Journey: a year of a grocery retailer as landing files of a brand with stores only."""

from orchestration.lib.examples.complete_journey.writer import write_landing

__all__ = ["write_landing"]
