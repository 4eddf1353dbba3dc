"""One query on Spark, in a process of its own: tables as Parquet in, rows as JSON lines out.

Belongs here: what a test starts. Run: python -m tests.integration.audiences_on_spark FOLDER
FOLDER holds <schema>.<table>.parquet and query.sql; answers.jsonl is written.
"""

import json
import sys
from pathlib import Path


def main(folder: Path) -> None:
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.catalogImplementation", "in-memory")
        .config("spark.sql.warehouse.dir", str(folder / "spark"))
        .getOrCreate()
    )
    for path in sorted(folder.glob("*.*.parquet")):
        schema, table, _ = path.name.split(".")
        spark.sql(f"create database if not exists {schema}")
        spark.sql(f"create table {schema}.{table} using parquet location '{path}'")
    rows = spark.sql((folder / "query.sql").read_text(encoding="utf-8")).collect()
    with (folder / "answers.jsonl").open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps([str(value) for value in row]) + "\n")
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
