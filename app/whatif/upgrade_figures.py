"""The plot of an upgrade report: what a request costs now and then."""

import plotly.graph_objects as go

from app.charts.dumbbell import Pair, dumbbell
from app.charts.palette import LIGHT, Palette
from app.whatif.amounts import change
from app.whatif.sections import Figure
from models.upgrade.report import UpgradeReport


def requests_chart(report: UpgradeReport, palette: Palette) -> go.Figure:
    """Draw each workload, the largest monthly difference first."""
    pairs = [
        Pair(
            row.workload,
            row.per_request_now_usd,
            row.per_request_then_usd.p50,
            row.per_request_then_usd.p10,
            row.per_request_then_usd.p90,
            f"{change(row.month_more_usd)} a month",
        )
        for row in report.rows
    ]
    return dumbbell(pairs, (report.from_model, report.to_model), palette)


def requests_figure(report: UpgradeReport) -> Figure:
    """Draw the same for a report on paper."""
    return Figure(
        f"What a request costs on {report.from_model}, and the same work on {report.to_model}",
        "US dollars for the work of one request of today, scale of equal ratios; the band spans "
        "P10 to P90 of the draws; at the right what a month costs more or less at the median.",
        requests_chart(report, LIGHT),
    )
