"""Upgrade and Scenarios walked through in a real browser."""

import csv
import io
import json
import re

import pytest
from playwright.sync_api import expect

from tests.test_app_browser import (  # noqa: F401  fixtures
    browser,
    chromium,
    logs,
    page,
    ratecard,
    served,
)

pytestmark = pytest.mark.browser

DAYS = ("2026-08-23", "2026-10-22")


def tiles(opened):
    """Return the four figures once they are there."""
    metrics = opened.get_by_test_id("stMetricValue")
    expect(metrics).to_have_count(4)
    return metrics.all_inner_texts()


def headline(opened, words):
    expect(opened.get_by_text(re.compile(words)).first).to_be_visible()


def saved(opened, name):
    """Return what a button saves."""
    with opened.expect_download() as download:
        opened.get_by_role("button", name=name, exact=True).first.click()
    return download.value.path().read_text(encoding="utf-8")


def no_fault(opened):
    expect(opened.get_by_test_id("stAlert")).to_have_count(0)
    expect(opened.get_by_test_id("stException")).to_have_count(0)


def test_from_a_preset_to_a_file_that_the_command_takes(page, served, tmp_path):  # noqa: F811
    url, path = served
    page.goto(f"{url}/scenarios?period=Range")
    headline(page, "^complexity-router costs")
    router = tiles(page)

    page.get_by_role("combobox", name="Policy").click()
    page.get_by_role("option", name="tiers", exact=True).click()
    headline(page, "^tiers costs")
    tiers = tiles(page)
    assert tiers != router

    slider = page.get_by_role("slider", name="Output tokens, new ÷ old")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Inputs changed")).to_be_visible()
    assert tiles(page) == tiers
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("Inputs changed")).to_have_count(0)
    expect(page.get_by_test_id("stMetricValue").first).not_to_have_text(tiers[0])

    scenario = tmp_path / "tiers.yaml"
    scenario.write_text(saved(page, "Save YAML"), encoding="utf-8")
    shown = csv_of(saved(page, "CSV"))
    words = ("simulate", scenario, "--db", path, "--from", DAYS[0], "--to", DAYS[1])
    assert csv_of(ratecard(*words, "--format", "csv")) == shown
    [mine] = [each for each in shown if each["kind"] == "scenario"]
    assert mine["option"] == "tiers"
    no_fault(page)


def test_every_tab_of_scenarios_opens(page, served):  # noqa: F811
    url, _ = served
    page.goto(f"{url}/scenarios?period=Range")
    tiles(page)
    for tab, words in (
        ("Frontier", "^No frontier: success is unknown"),
        ("Sensitivity", "hangs most on|Nothing assumed"),
        ("Levers", "levers? save"),
        ("Contracts", "^No contract"),
        ("Compare", "^complexity-router costs"),
    ):
        page.get_by_role("tab", name=tab).click()
        headline(page, words)
        no_fault(page)
        assert len(tiles(page)) == 4


def test_a_policy_is_edited_and_its_faults_have_lines(page, served):  # noqa: F811
    url, _ = served
    page.goto(f"{url}/scenarios?period=Range&policy=always")
    tiles(page)
    page.get_by_role("button", name="Edit or upload YAML").click()
    dialog = page.get_by_role("dialog")
    editor = dialog.get_by_label("Or edit it here")
    editor.fill("scenario: mine\npolicy:\n  rules:\n    - name: all\n      use: {model: gpt-9}\n")
    dialog.get_by_role("button", name="Use this policy").click()
    expect(dialog.get_by_text("policy.yaml:5")).to_be_visible()

    editor.fill(
        "scenario: mine\npolicy:\n  rules:\n    - name: all\n      use: {model: gpt-5.4-mini}\n"
    )
    dialog.get_by_role("button", name="Use this policy").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    headline(page, "^mine costs")
    no_fault(page)


def test_an_upgrade_of_another_pair_is_that_of_the_command(page, served):  # noqa: F811
    url, path = served
    page.goto(f"{url}/upgrade?period=Range")
    headline(page, "to gpt-5.5 costs")

    page.get_by_role("combobox", name="To").click()
    page.keyboard.type("gpt-5.5-pro")
    page.get_by_role("option", name="gpt-5.5-pro", exact=True).click()
    headline(page, "to gpt-5.5-pro costs")
    expect(page).to_have_url(re.compile("new=gpt-5.5-pro"))

    words = ("upgrade", "--from", "gpt-5.4", "--to", "gpt-5.5-pro", "--db", path)
    days = ("--since", DAYS[0], "--until", DAYS[1])
    assert csv_of(ratecard(*words, *days, "--format", "csv")) == csv_of(saved(page, "CSV"))
    told = json.loads(ratecard(*words, *days, "--format", "json"))
    headline(page, re.escape(told["targets"][0]["recommendation"]["headline"]))
    no_fault(page)


def csv_of(text):
    return list(csv.DictReader(io.StringIO(text)))
