"""The published file, opened for audiences: the files checked against it, words, day and zone.

Belongs here: everything that evaluating, cards, plans and previews start from. Does not belong here:
evaluating.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.audiences.catalogue import Catalogue, read_catalogue
from orchestration.lib.audiences.checking import check_files
from orchestration.lib.audiences.compiling import Compiled, Question, compile_questions
from orchestration.lib.audiences.consent import CONSENTS, TABLES
from orchestration.lib.audiences.errors import AudienceError
from orchestration.lib.audiences.files import AUDIENCES_DIR, AudienceFiles, read_audiences
from orchestration.lib.audiences.routes import destination_names
from orchestration.lib.audiences.schema import Audience
from orchestration.lib.audiences.words import Words
from orchestration.lib.brand import brand_vars
from orchestration.lib.home import Home


@dataclass(frozen=True)
class Opened:
    """The published file with everything that audiences are read against."""

    connection: duckdb.DuckDBPyConnection
    files: AudienceFiles
    catalogue: Catalogue
    words: Words
    as_of: date
    zone: str

    def compiled(self, questions: Sequence[Question]) -> Compiled:
        return compile_questions(
            self.files, self.catalogue, questions, as_of=self.as_of, brand_zone=self.zone
        )

    def question(self, audience: Audience, key: str | None = None) -> Question:
        return Question(key or audience.name, audience, audience.timezone or self.zone)


def open_home(home: Home, folder: Path = AUDIENCES_DIR) -> Opened:
    """Open the published file and check the audience files against it; the caller closes.

    Raises:
        AudienceError: If nothing is published, or a file cannot be used.
    """
    if not home.published.exists():
        raise AudienceError(f"{home.published} does not exist yet: run `yutang run`")
    files = read_audiences(folder)
    settings = brand_vars(home)
    connection = duckdb.connect(
        str(home.published),
        read_only=True,
        config={"threads": 2, "temp_directory": str(home.tmp), "preserve_insertion_order": False},
    )
    try:
        catalogue = read_catalogue(
            connection, marketing_purpose=str(settings["reach_marketing_purpose"])
        )
        missing = [name for name in TABLES if name not in catalogue.columns]
        if missing:
            raise AudienceError(
                f"{home.published} has no {', '.join(missing)}, without which nobody may be "
                "listed: run `yutang run`"
            )
        if "brand" not in catalogue.columns[CONSENTS]:
            raise AudienceError(
                f"{home.published} does not say to which brand a consent was given, because an older "
                "version published it: run `yutang run`"
            )
        check_files(files, catalogue, destinations=destination_names(folder.parent))
        day = _published_day(connection, catalogue)
        words = Words(files, settings["channel_map"], catalogue.tags)
        return Opened(connection, files, catalogue, words, day, settings["brand_timezone"])
    except BaseException:
        connection.close()
        raise


def _published_day(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> date:
    """Day that the published file describes; its audit says it even where there are no people."""
    audited = "quality.audit_results" in catalogue.columns
    table = "quality.audit_results" if audited else "profile.customer_360"
    rows = connection.execute(f"select max(as_of_date) from {table}").fetchall()
    return rows[0][0] or date(1970, 1, 1)
