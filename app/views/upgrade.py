"""Upgrade: what moving one model's work to another comes to, workload by workload."""

from app.charts.palette import Palette
from app.dashboard.filters import Selection

TITLE = "Upgrade"
NEEDS_USAGE = True


def render(selection: Selection, palette: Palette) -> None:
    """Draw the page."""
    from app.views.upgrade_page import draw

    draw(selection, palette)
