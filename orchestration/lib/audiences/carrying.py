"""Keeping the tables of schema activation through a publish.

Belongs here: writing what is remembered into a candidate. Does not belong here: computing anything.
"""

from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.audiences import state
from orchestration.lib.audiences.errors import AudienceError
from orchestration.lib.audiences.files import AUDIENCES_DIR, AudienceFiles, read_audiences
from orchestration.lib.home import Home


def carry_over(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    *,
    as_of: date,
    folder: Path = AUDIENCES_DIR,
) -> bool:
    """Write the remembered members into an open candidate that holds core and profile.

    A file of activation/audiences that cannot be used stops no publish: the step that computes
    audiences says what is wrong with it.

    Returns:
        Whether there was anything to carry.
    """
    if state.newest_day(home) is None:
        return False
    from orchestration.lib.audiences.catalogue import read_catalogue
    from orchestration.lib.audiences.tables import write_tables
    from orchestration.lib.audiences.words import Words
    from orchestration.lib.brand import brand_vars

    try:
        files = read_audiences(folder)
    except AudienceError:
        files = AudienceFiles(folder, {}, {})
    catalogue = read_catalogue(connection)
    if "core.dim_customers" not in catalogue.columns:
        return False
    words = Words(files, brand_vars(home)["channel_map"], catalogue.tags)
    write_tables(connection, home, files, words, as_of=as_of)
    return True
