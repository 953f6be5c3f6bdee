"""The dashboard in a real browser, served by the command."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from decimal import Decimal
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect, sync_playwright

from app.charts.amounts import usd_short
from app.demo import write_demo_logs

pytestmark = pytest.mark.browser

RATECARD = [sys.executable, "-c", "from app.cli import main; main()"]
STARTS_WITHIN_S = 120

#: A busy machine takes its time; what is right at once does not wait for it.
WAIT_MS = 60_000
expect.set_options(timeout=WAIT_MS)
HERE = re.compile(r"https?://127\.0\.0\.1:|data:|blob:")

#: What Streamlit asks of a page's own path before it asks of the root.
PROBE = re.compile(r"/(?:explore|upgrade|scenarios|data)/_stcore/(?:health|host-config)$")


def chromium():
    named = os.environ.get("CHROMIUM")
    found = named or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if found is None:
        reason = "no chromium on the path; name one in CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def ratecard(*arguments):
    run = subprocess.run(
        [*RATECARD, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def reported(path, *arguments):
    """Return the total cost that `ratecard report` gives, in pico-dollars."""
    rows = json.loads(ratecard("report", "--db", path, "--format", "json", *arguments))
    costs = [Decimal(row["cost_usd"]) for row in rows if row["cost_usd"] is not None]
    return int(sum(costs).scaleb(12))


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    write_demo_logs(folder, days=60, events=6_000)
    return folder


@pytest.fixture(scope="module")
def served(tmp_path_factory, logs):
    """Return the URL of a running dashboard, and the database it shows: all but one folder."""
    folder = tmp_path_factory.mktemp("served")
    path = folder / "usage.duckdb"
    chromium()
    ratecard("load", *sorted(set(logs.iterdir()) - {logs / "marketing"}), "--db", path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [*RATECARD, "app", "--port", str(port), "--db", str(path)],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}", path
    finally:
        server.terminate()
        server.wait(60)


def wait_for(url, server):
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), urlopen(url) as answer:
            assert answer.status == 200
            return
        time.sleep(0.1)
    pytest.fail("the dashboard did not start")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser):
    """A page in a browser of its own; it may complain of nothing and ask nobody else."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="dark")
    context.set_default_timeout(WAIT_MS)
    opened = context.new_page()
    complaints = []
    opened.on(
        "console", lambda said: complaints.append(said.text) if said.type == "error" else None
    )
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    asked = []
    opened.on("request", lambda request: asked.append(request.url))
    probed = []
    opened.on("response", lambda r: probed.append(r.url) if r.status >= 400 else None)
    yield opened
    context.close()
    assert [url for url in probed if not PROBE.search(url)] == []
    failed = "Failed to load resource: the server responded with a status of 404 (Not Found)"
    assert complaints.count(failed) == len(probed)
    assert [text for text in complaints if text != failed] == []
    assert [
        url for url in asked if not re.match(r"(?:https?://127\.0\.0\.1:|data:|blob:)", url)
    ] == []


def tile(page, place=0):
    metric = page.get_by_test_id("stMetricValue").nth(place)
    expect(metric).to_be_visible()
    return metric


def select_row(page, table, row=0):
    """Tick a row of a table, which is drawn on a canvas."""
    canvas = page.get_by_test_id("stDataFrame").nth(table).locator("canvas").first
    canvas.scroll_into_view_if_needed()
    canvas.click(position={"x": 15, "y": 50 + 35 * row}, force=True)


@pytest.mark.parametrize("path", ["/", "/explore", "/data"])
def test_a_page_opens_without_complaint_and_without_a_network(page, served, path):
    url, _ = served
    page.goto(url + path)

    expect(page.get_by_text("list prices as billed")).to_be_visible()
    if path != "/data":
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("None", exact=True)).to_have_count(0)
    background = page.locator(".stApp").evaluate("e => getComputedStyle(e).backgroundColor")
    assert background == "rgb(16, 21, 28)"


def test_the_total_is_that_of_the_report(page, served):
    url, path = served
    page.goto(f"{url}/?period=Last+month")

    september = ("--from", "2026-09-01", "--to", "2026-10-01")
    expect(tile(page)).to_have_text(usd_short(reported(path, *september)))


def test_a_link_shows_the_same_in_another_browser(page, browser, served):
    url, _ = served
    page.goto(url)
    tile(page)
    page.get_by_text("Last month", exact=True).click()
    page.get_by_text("Team: all").click()
    page.get_by_role("combobox", name="Team").click()
    page.get_by_role("option", name="coding").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Team: coding")).to_be_visible()
    expect(page).to_have_url(re.compile("team=coding"))
    shown = page.get_by_test_id("stMetricValue").all_inner_texts()

    with contextlib.closing(browser.new_context()) as other:
        link = other.new_page()
        link.goto(page.url)
        expect(link.get_by_text("Team: coding")).to_be_visible()
        tile(link, 3)
        assert link.get_by_test_id("stMetricValue").all_inner_texts() == shown


def test_a_bar_is_a_filter(page, served):
    url, _ = served
    page.goto(url)
    tile(page)
    bars = page.locator(".js-plotly-plot").nth(1).locator(".point path")
    bars.first.click(force=True)

    expect(page).to_have_url(re.compile("team=coding"))
    expect(page.get_by_text("Team: coding")).to_be_visible()


def test_prices_chosen_are_in_the_link_and_on_every_page(page, browser, served):
    url, path = served
    page.goto(f"{url}/?period=Last+month")
    tile(page)
    page.get_by_text("Prices: as billed").click()
    page.get_by_text("All at the prices of a day", exact=True).click()
    expect(page).to_have_url(re.compile(r"prices_on=\d"))
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Data").click()
    expect(page).to_have_url(re.compile(r"/data\?.*prices_on=\d"))
    day = re.search(r"prices_on=([\d-]+)", page.url)[1]

    with contextlib.closing(browser.new_context()) as other:
        link = other.new_page()
        link.goto(f"{url}/?period=Last+month&prices_on=2026-08-01")
        expect(link.get_by_text("list prices of 1 Aug 2026").first).to_be_visible()
        words = ("--from", "2026-09-01", "--to", "2026-10-01", "--prices-on")
        expect(tile(link)).to_have_text(usd_short(reported(path, *words, "2026-08-01")))
        link.goto(f"{url}/?period=Last+month&prices_on={day}")
        expect(tile(link)).to_have_text(usd_short(reported(path, *words, day)))


def test_going_back_takes_back_the_prices(page, served):
    url, _ = served
    page.goto(url)
    tile(page)
    page.get_by_text("Prices: as billed").click()
    page.get_by_text("As known on a day", exact=True).click()
    known = page.get_by_text("list prices as billed, as known on 21 Oct 2026")
    expect(known.first).to_be_visible()

    page.go_back()
    expect(page.get_by_text("Prices: as billed")).to_be_visible()
    expect(known).to_have_count(0)


@pytest.mark.parametrize("prices", [[], ["--prices-on", "2026-08-01"]])
def test_from_a_total_to_a_charge(page, served, prices):
    url, path = served
    asked = f"&prices_on={prices[1]}" if prices else ""
    page.goto(f"{url}/explore?period=Last+month&team=coding{asked}")
    expect(page.get_by_text("Select a row to list its requests")).to_be_visible()
    select_row(page, 0)
    expect(page.get_by_text("Dearest first")).to_be_visible()
    select_row(page, 1)

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Logged in")).to_be_visible()
    words = dialog.inner_text()
    assert ("List prices of 1 Aug 2026" if prices else "List prices as billed") in words
    event = re.search(r"\b(resp_\w+)", words)[1]
    charges = json.loads(ratecard("explain", event, "--db", path, "--format", "json", *prices))
    said = re.search(r"\$([\d.]+) =", words)[1]
    assert sum(Decimal(charge["amount_usd"]) for charge in charges) == Decimal(said)


def test_it_serves_this_machine_alone(served):
    port = int(served[0].rpartition(":")[2])

    with pytest.raises(OSError, match=r".+"), socket.create_connection(("127.0.0.2", port), 2):
        pass


def test_loading_beside_an_open_dashboard_shows_the_new_total(page, served, logs):
    url, path = served
    page.goto(f"{url}/?period=Range")
    expect(tile(page)).to_have_text(usd_short(reported(path)))

    before = reported(path)
    ratecard("load", logs / "marketing", "--db", path)
    assert reported(path) > before
    page.reload()
    expect(tile(page)).to_have_text(usd_short(reported(path)))
