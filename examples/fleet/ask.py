"""Answer a question about the results of `fleet.py`.

    python examples/fleet/ask.py RESULTS QUESTION

QUESTION is the name of a file in queries/, or the path of another file with SQL for DuckDB. The SQL can use the tables
`repositories`, `images` and `findings`, whose columns `partitions.py` lists; the last two have a list `teams` as well.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
import duckdb
from terminal import printable

if TYPE_CHECKING:
    from datetime import datetime

_QUERIES = Path(__file__).parent / "queries"
_TABLES = """
CREATE TABLE teams (repository VARCHAR, team VARCHAR);
CREATE VIEW repositories AS SELECT * FROM read_parquet(getvariable('results') || '/repositories/*.parquet');
CREATE VIEW team_of AS SELECT repository, list(team ORDER BY team) AS teams FROM teams GROUP BY repository;
"""
_TEAMS = "INSERT INTO teams SELECT repository, team FROM read_csv($path, header = true, all_varchar = true)"
# Rows of a repository count once it is done; who owns the file is asked first, then who owns the repository.
_ROWS = """
CREATE VIEW {table} AS
SELECT rows.*, coalesce(nullif(rows.owners, []), team_of.teams, ['(nobody)']) AS teams
FROM read_parquet(getvariable('results') || '/{table}/*.parquet') AS rows
SEMI JOIN repositories USING (repository)
LEFT JOIN team_of USING (repository);
"""


@click.command()
@click.argument("results", type=click.Path(exists=True, file_okay=False))
@click.argument("question")
@click.option("--teams", type=click.Path(exists=True, dir_okay=False), help="CSV with the columns repository and team.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Day of a question such as breaks_on_a_day.")
def main(*, results: str, question: str, teams: str | None, day: datetime | None) -> None:
    """Answer a QUESTION about RESULTS."""
    path = _QUERIES / f"{question}.sql"
    if not path.exists():
        path = Path(question)
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in _QUERIES.glob("*.sql")))
        raise click.UsageError(f"there is no question `{question}`; there are: {known}")
    sql = path.read_text(encoding="utf-8")
    days = json.loads((Path(results) / "run.json").read_text(encoding="utf-8"))["days"]
    if "getvariable('day')" in sql and (day is None or str(day.date()) not in days):
        raise click.UsageError(f"--day has to be one of those that fleet.py judged: {', '.join(days)}")
    variables = {"results": results, "today": days[0], "day": None if day is None else str(day.date())}
    try:
        columns, rows = answer(sql, variables, teams)
    except duckdb.Error as error:
        raise click.ClickException(str(error)) from error
    _print([columns, *rows])


def answer(
    sql: str, variables: dict[str, str | None], teams: str | None = None
) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """The names of the columns, and the rows, of a query with `results`, `today` and `day`."""
    with duckdb.connect() as connection:
        for name, value in variables.items():
            connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
        connection.execute(_TABLES)
        if teams is not None:
            connection.execute(_TEAMS, {"path": teams})
        for table in ("images", "findings"):
            connection.execute(_ROWS.format(table=table))
        found = connection.execute(sql)
        return tuple(column[0] for column in found.description or ()), found.fetchall()


def _print(rows: list[tuple[object, ...]]) -> None:
    """Print columns; control characters of names are escaped."""
    texts = [["" if cell is None else printable(str(cell)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
