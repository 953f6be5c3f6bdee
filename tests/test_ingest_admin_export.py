"""CSV exports of the dashboard: read in bulk, a row says what it says when read by itself."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.warehouse import Warehouse
from tests.admin_pages import DAY_S, FIRST_DAY
from tests.loaded_logs import load, rows

EXAMPLES = settings.default.max_examples // 16

#: DuckDB refuses a file with such a row, and its rows are read one by one.
BROKEN = "a row,of too few cells\n"

WHEN = ("start_time", "end_time", "start_time_iso", "end_time_iso")
OWNED = {
    "project_id": ["", "proj_reef", "it's, one"],
    "user_id": ["", "user-ada"],
    "api_key_id": [""],
    "organization_id": ["", "org-reef"],
    "organization_name": ["", "Reef"],
}
MONEY = OWNED | {
    "amount_value": ["", "0.5", "0.00383598000000000000", "-1e-3", "much"],
    "amount_currency": ["usd", "USD"],
    "line_item": ["", "gpt-5.4, input", "'=gpt-5.4, output", "tides"],
    "quantity": ["", "1000.0", "many"],
}
COMPLETIONS = OWNED | {
    "model": ["", "gpt-5.4", "gpt-5.4-mini"],
    "batch": ["", "TRUE", "FALSE", "False"],
    "service_tier": ["", "default", "flex"],
    "num_model_requests": ["", "10.0", "3", "1e1", "some"],
    "input_tokens": ["", "100", "250.0", "0"],
    "output_tokens": ["", "7", "0.0"],
    "input_audio_tokens": ["", "0", "12.0"],
}
EMBEDDINGS = OWNED | {
    "model": ["", "text-embedding-3-small"],
    "num_model_requests": ["2"],
    "input_tokens": ["5", "0"],
}
STARTS = [str(FIRST_DAY), f"{FIRST_DAY + DAY_S}.0", str(FIRST_DAY + 3600), ""]
LASTS = [60, 3600, DAY_S]

#: Values that are not looked at in bulk.
ODD = {"user_id": ["{}", "[1]"], "model": ["omni-moderation-latest"]}
ODD_STARTS = ["soon", "1.788e9"]


@st.composite
def exports(draw):
    """Return an export: most rows are plain, some are odd, some say only when they are of."""
    columns = draw(st.sampled_from([MONEY, COMPLETIONS, EMBEDDINGS]))
    odd = draw(st.integers(0, 3)) == 0
    starts = STARTS + ODD_STARTS * odd
    table = []
    for _ in range(draw(st.integers(1, 30))):
        start = draw(st.sampled_from(starts))
        plain = start.partition(".")[0]
        end = str(int(plain) + draw(st.sampled_from(LASTS))) if plain.isdigit() else start
        cells = [
            draw(st.sampled_from(values + ODD.get(name, []) * odd))
            for name, values in columns.items()
        ]
        if draw(st.integers(0, 4)) == 0:
            cells = [""] * len(cells)
        table.append([start, end, f"{start} as text", "", *cells])
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([[*WHEN, *columns], *table])
    return written.getvalue()


@settings(max_examples=EXAMPLES)
@given(exports())
def test_rows_read_in_bulk_say_what_each_says_by_itself(text):
    with TemporaryDirectory() as name:
        folder = Path(name)
        in_bulk, one_by_one = stored(folder, text), stored(folder, text + BROKEN)

    assert one_by_one["quarantined"].pop()[1].startswith("broken CSV")
    assert one_by_one == in_bulk


def stored(folder, text):
    """Return all that became of an export's rows."""
    (folder / "export.csv").write_text(text)
    warehouse = Warehouse(folder / f"{len(text)}.duckdb")
    [loaded] = load(warehouse, folder / "export.csv")
    usage, costs, quarantined = (
        rows(warehouse, f"select columns(* exclude ({left_out})) from {table} order by all")
        for table, left_out in (
            ("usage_event", "file_id"),
            ("provider_cost", "file_id, observed_at"),
            ("quarantine", "file_id"),
        )
    )
    faults = sorted((line, reason) for line, _, _, reason, _ in quarantined)
    why = loaded.accounting.not_usage_why
    return {"usage": usage, "costs": costs, "quarantined": faults, "not usage": why}
