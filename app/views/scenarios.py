"""Scenarios: build a policy, move what is assumed, and see what it costs beside today's mix."""

from app.charts.palette import Palette
from app.dashboard.filters import Selection

TITLE = "Scenarios"
NEEDS_USAGE = True


def render(selection: Selection, palette: Palette) -> None:
    """Draw the page."""
    from app.views.scenario_page import draw

    draw(selection, palette)
