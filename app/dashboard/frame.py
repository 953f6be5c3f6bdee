"""The frame of every page: navigation, filters, the trust line, and the states without data."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import as_file, files
from types import ModuleType

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.charts.palette import DARK, LIGHT, Palette
from app.dashboard import filters
from app.dashboard.basis import asked_prices
from app.dashboard.cube import total
from app.dashboard.filters import Selection, draw_filters
from app.dashboard.period import LAST_MONTH, RANGE, THIS_MONTH, Period, before
from app.dashboard.prices import book
from app.dashboard.store import NoUsageError, snapshot
from app.dashboard.trust import all_requests, draw_trust
from app.options import warehouse_at
from app.views import data, explore, overview, scenarios, upgrade
from ingest.warehouse import WarehouseBusyError, WarehouseError

#: Pages in the order of the navigation; the first is what opens.
PAGES: tuple[ModuleType, ...] = (overview, explore, upgrade, scenarios, data)

_DEFAULT_DATABASE = "ratecard.duckdb"


@dataclass(slots=True)
class Shown:
    """What the page of this run is given; set before the page runs."""

    selection: Selection | None = None


def draw() -> None:
    """Draw the dashboard, once per run of the script."""
    with as_file(files("app") / "dashboard" / "icon.png") as icon:
        st.set_page_config(page_title="Ratecard", page_icon=str(icon), layout="wide")
    shown = Shown()
    pages = [
        st.Page(
            _page(module, shown),
            title=module.TITLE,
            url_path=module.TITLE.lower(),
            default=module is PAGES[0],
        )
        for module in PAGES
    ]
    page = st.navigation(pages, position="top")
    st.session_state["pages"] = {
        module.TITLE: each for module, each in zip(PAGES, pages, strict=True)
    }
    _keep_choices(page.title)
    try:
        with st.skeleton(height=420):
            read = snapshot(grain=filters.asked_grain(), asked=asked_prices(book()))
    except NoUsageError:
        _empty()
    except WarehouseBusyError:
        _waiting()
    except WarehouseError as error:
        st.error(str(error), title="The database cannot be used")
    else:
        shown.selection = draw_filters(read, page.title)
        draw_trust(shown.selection)
        page.run()


def palette() -> Palette:
    """Return the colours of the reader's theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def _keep_choices(title: str) -> None:
    """Set anew what was chosen on another page, so that this page's URL has it, too."""
    was = st.session_state.get("page", title)
    st.session_state["page"] = title
    run = get_script_run_ctx()
    if was == title or getattr(run, "is_history_navigation", False):
        return
    for key in filters.KEYS:
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def _page(module: ModuleType, shown: Shown) -> Callable[[], None]:
    def run() -> None:
        if shown.selection is None:
            return
        if module.NEEDS_USAGE and not all_requests(shown.selection.now):
            _nothing(shown.selection)
            return
        module.render(shown.selection, palette())

    return run


def _empty() -> None:
    """Say how to get usage in: there is nothing else to show."""
    path = warehouse_at(None).path
    other = "" if path.name == _DEFAULT_DATABASE else f" --db {path}"
    with st.container(border=True):
        st.markdown("**No usage yet**")
        st.caption(f"{path} holds no usage. Load your logs, then reload this page.")
        st.code(f"ratecard load PATH{other}", language=None)
        st.caption("Or look at a demo company first, in a database of its own.")
        st.code("ratecard demo --app", language=None)


@st.fragment(run_every="2s")
def _waiting() -> None:
    """Wait for a load that holds the database, looking again every two seconds."""
    st.info("The figures come up as soon as it lets go of the database.", title="A load is running")
    if st.session_state.get("waited"):
        st.session_state["waited"] = False
        st.rerun()
    st.session_state["waited"] = True


def _nothing(selection: Selection) -> None:
    """Say why a period is empty, and offer one that is not."""
    logs = selection.logs.name
    cube = selection.snapshot.cube
    with st.container(border=True):
        if cube.is_empty():
            st.markdown("**No request logs**")
            st.caption("All usage is in buckets, which sum requests, and these are not counted.")
            st.button("Count buckets", on_click=filters.count_all)
            return
        if selection.filters and total(selection.narrowed(cube), "requests") == 0:
            st.markdown(f"**No such usage in {selection.period.name}**")
            st.caption(f"The filters leave nothing. Logs cover {logs}.")
            st.button("Clear all filters", on_click=filters.clear)
            return
        st.markdown(f"**No usage in {selection.period.name}**")
        st.caption(f"Logs cover {logs}.")
        st.button(*_offer(selection))


def _offer(selection: Selection) -> tuple[str, None, None, Callable[..., None], tuple[str]]:
    """Return a button for the last month if it has usage, else for all there is."""
    anchor = selection.logs.last
    month = Period(anchor.replace(day=1), anchor, anchor.year)
    past = before(Period(month.first, month.last, anchor.year))
    cube = selection.snapshot.cube
    if cube.filter(cube["day"].is_between(month.first, month.last)).height:
        return f"Show {month.name}", None, None, filters.show, (THIS_MONTH,)
    if cube.filter(cube["day"].is_between(past.first, past.last)).height:
        return "Show last month", None, None, filters.show, (LAST_MONTH,)
    return "Show all logs", None, None, filters.show, (RANGE,)
