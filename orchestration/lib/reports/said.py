"""A text in every language of the reports, and the files that hold such texts.

Belongs here: the pair of languages and filling texts in. Does not belong here: which words exist.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from orchestration.lib.reports.errors import ReportError

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Said:
    """One text in both languages.

    >>> Said("共 {n} 人", "{n} people").filled(n="1,200").en
    '1,200 people'
    """

    zh: str
    en: str

    def __getitem__(self, language: str) -> str:
        return {"zh": self.zh, "en": self.en}[language]

    def filled(self, **values: "Said | str") -> "Said":
        """The text with its {places} filled; a Said is filled in the same language."""
        return Said(
            *(
                self[language].format(
                    **{
                        name: value[language] if isinstance(value, Said) else value
                        for name, value in values.items()
                    }
                )
                for language in LANGUAGES
            )
        )


def same(text: str) -> Said:
    """A text that reads the same in both languages: a number, a day, the digits of an id."""
    return Said(text, text)


def read_yaml(path: Path) -> Any:
    """A YAML file, by the parser in C where PyYAML has it: texts are long."""
    return yaml.load(
        path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )


class Texts:
    """The texts of one report: a YAML file of `section: {name: {zh: ..., en: ...}}`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._all = read_yaml(path)

    def __call__(self, section: str, name: str, **values: Said | str) -> Said:
        """One text, filled.

        Raises:
            ReportError: If the file does not have the text in both languages.
        """
        try:
            found = self._all[section][name]
            said = Said(found["zh"], found["en"])
        except (KeyError, TypeError) as error:
            raise ReportError(
                f"{self._path}: '{section}: {name}' is not there in zh and en; add it"
            ) from error
        return said.filled(**values)

    def names(self, section: str) -> set[str]:
        """Names of the texts of a section; none if there is no such section."""
        return set(self._all.get(section) or ())


def number(value: float, decimals: int = 0) -> str:
    """A number as both languages write it.

    >>> number(1234567), number(5.728, 2)
    ('1,234,567', '5.73')
    """
    return f"{value:,.{decimals}f}"


def share(part: float, whole: float, decimals: int = 1) -> str:
    """A share of a whole, in percent; what is not all is never shown as all, nor some as none.

    >>> share(1, 3), share(99_999, 100_000), share(1, 100_000), share(0, 0)
    ('33.3%', '>99.9%', '<0.1%', '–')
    """
    if not whole:
        return "–"
    ratio = part / whole
    step = 10.0 ** -(decimals + 2)  # the smallest ratio that is written
    if 0 < ratio < step / 2:
        return f"<{step:.{decimals}%}"
    if 1 - step / 2 <= ratio < 1:
        return f">{1 - step:.{decimals}%}"
    return f"{ratio:.{decimals}%}"
