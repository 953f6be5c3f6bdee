"""Pulling from an administration API that pages, throttles, breaks off and lies."""

import json
import os
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from ingest.pull.client import AdminClient, base_of, is_unencrypted, key_of
from ingest.pull.endpoints import ENDPOINTS
from ingest.pull.errors import PullError
from ingest.pull.openai import Wanted, pull
from ingest.pull.pages import Folder
from ingest.pull.patience import Clock, Patience, asked_wait_s
from tests.usage_server import DAY, KEY, NOW, Fault, Organisation, refuse, serving

BY_NAME = {endpoint.name: endpoint for endpoint in ENDPOINTS}
TODAY = NOW - NOW % DAY
HURRY = Patience(silence_s=0.2, page_s=0.3)


class Waits(list):
    """Waits that were asked for; none is waited."""

    def clock(self, organisation):
        return Clock(
            now=lambda: datetime.fromtimestamp(organisation.now, UTC),
            sleep=self.append,
            draw=lambda: 1.0,
        )


@pytest.fixture
def waits():
    return Waits()


@pytest.fixture
def organisation():
    return Organisation()


@pytest.fixture
def base(organisation):
    with serving(organisation) as address:
        yield address


@pytest.fixture
def asking(organisation, base, waits, tmp_path):
    """Pull some endpoints, and return what came of each."""

    def done(*names, key=KEY, address=base, patience=HURRY, told=lambda _: None, **wanted):
        folder = Folder.opened(tmp_path / "pages")
        with AdminClient(
            key, base_of({"OPENAI_BASE_URL": address}), waits.clock(organisation), patience, told
        ) as client:
            chosen = [BY_NAME[name] for name in names or ("completions",)]
            return list(pull(client, folder, chosen, Wanted(**wanted)))

    return done


def saved(tmp_path):
    return [saved.request for saved in Folder.opened(tmp_path / "pages").pages]


def everything_written(tmp_path):
    return b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


# ---------------------------------------------------------------- pages


def test_pages_are_followed_to_the_last(asking, organisation, tmp_path):
    organisation.page_buckets = 4
    [done] = asking(since=TODAY - 9 * DAY)

    assert (done.pages, done.buckets, done.results, done.error) == (3, 10, 16, None)
    cursors = [asked.get("page") for _, asked in organisation.asked]
    assert cursors == [None, [f"page_{TODAY - 5 * DAY}"], [f"page_{TODAY - DAY}"]]
    days = [each.covers for each in saved(tmp_path)]
    assert [[(at - TODAY) // DAY for at in span] for span in days] == [[-9, -6], [-6, -2], [-2, 1]]


def test_every_endpoint_is_asked_with_its_groups(asking, organisation):
    done = asking(*BY_NAME, since=TODAY)

    assert [each.endpoint for each in done if each.error] == []
    asked = {path.removeprefix("/v1/organization/"): said for path, said in organisation.asked}
    assert set(asked) == {endpoint.path.removeprefix("organization/") for endpoint in ENDPOINTS}
    assert asked["usage/completions"]["group_by"] == [
        "project_id", "user_id", "api_key_id", "model", "batch", "service_tier",
    ]  # fmt: skip
    assert asked["costs"]["group_by"] == ["project_id", "line_item"]
    assert asked["usage/images"]["group_by"][-2:] == ["size", "source"]
    assert asked["costs"]["limit"] == ["180"]


def test_no_end_to_come_is_asked_for_and_no_part_of_a_bucket(asking, organisation):
    asking(since=TODAY - 2 * DAY + 5000)
    asking(since=TODAY - 9 * DAY, until=TODAY - 7 * DAY + 1)

    first, second = (said for _, said in organisation.asked)
    assert first["start_time"] == [str(TODAY - 2 * DAY)]
    assert "end_time" not in first
    assert second["end_time"] == [str(TODAY - 6 * DAY)]


def test_hours_and_minutes_are_buckets_too_but_not_of_costs(asking, organisation):
    asking("completions", "costs", since=TODAY, width="1h")
    asking("completions", since=TODAY, width="1m")

    widths = [(said["bucket_width"][0], said["limit"][0]) for _, said in organisation.asked]
    assert widths == [("1h", "168"), ("1d", "180"), ("1m", "1440")]


def test_a_page_is_kept_as_it_came(asking, organisation, tmp_path):
    asking("costs", since=TODAY - DAY)

    [path] = Folder.opened(tmp_path / "pages").logs()
    text = path.read_text()
    page = json.loads(text)
    assert text.count("\n") == 1
    assert page["pulled_at"] == "2026-11-20T12:00:00Z"
    assert page["request"]["endpoint"] == "costs"
    assert page["request"]["organization"] == "org-harbour"
    assert "0000000000000000123" in text
    _, asked = organisation.asked[0]
    assert {"object", "data", "has_more", "next_page"} <= page.keys()
    assert page["data"] == organisation.page("costs", asked)["data"]


def test_a_page_without_results_is_nothing_to_load(asking, tmp_path):
    asking("images", since=TODAY - DAY)

    assert len(saved(tmp_path)) == 1
    assert Folder.opened(tmp_path / "pages").logs() == []


# ---------------------------------------------------------------- what is new


def test_how_far_the_first_pull_goes_back(asking, organisation):
    for width in ("1d", "1h", "1m"):
        asking(width=width)

    first = {said["bucket_width"][0]: int(said["start_time"][0]) for _, said in organisation.asked}
    assert first == {"1d": TODAY - 90 * DAY, "1h": NOW - 30 * DAY, "1m": NOW - 2 * DAY}


def test_a_later_pull_asks_for_what_still_grows_and_what_is_new(asking, organisation):
    asking(since=TODAY - 30 * DAY)
    organisation.now += 2 * DAY
    organisation.asked.clear()
    [done] = asking()

    [(_, asked)] = organisation.asked
    assert asked["start_time"] == [str(TODAY - 3 * DAY)]
    assert done.buckets == 6


def test_what_settled_is_asked_for_again_only_on_demand(asking, organisation):
    asking(since=TODAY - 30 * DAY)
    organisation.asked.clear()
    asking(since=TODAY - 30 * DAY, until=TODAY - 10 * DAY)
    assert organisation.asked == []

    asking(since=TODAY - 30 * DAY, until=TODAY - 10 * DAY, again=True)
    assert len(organisation.asked) == 1


def test_what_lies_before_and_between_is_pulled(asking, organisation):
    asking(since=TODAY - 20 * DAY, until=TODAY - 15 * DAY)
    asking(since=TODAY - 10 * DAY, until=TODAY - 8 * DAY)
    organisation.asked.clear()
    asking(since=TODAY - 22 * DAY)

    spans = [(said["start_time"], said.get("end_time")) for _, said in organisation.asked]
    days = [(22, 20), (15, 10), (8, None)]
    assert spans == [
        ([str(TODAY - first * DAY)], None if last is None else [str(TODAY - last * DAY)])
        for first, last in days
    ]


def test_another_width_or_server_is_another_pull(asking, organisation):
    asking(since=TODAY - 30 * DAY)
    organisation.asked.clear()
    asking(since=TODAY - 30 * DAY, width="1h")

    assert len(organisation.asked) > 1


def test_a_stopped_pull_goes_on_where_it_was(asking, organisation, tmp_path):
    organisation.page_buckets = 10
    organisation.faults = deque([None, None, refuse(401)])
    [done] = asking(since=TODAY - 60 * DAY)
    assert done.pages == 2
    assert "(401)" in done.error

    organisation.asked.clear()
    [done] = asking()
    starts = [said["start_time"][0] for _, said in organisation.asked]
    # The last bucket of the last page may go on on the page that did not come.
    assert set(starts) == {str(TODAY - 41 * DAY)}
    assert done.error is None

    organisation.asked.clear()
    asking(since=TODAY - 60 * DAY, until=TODAY - 5 * DAY)
    assert organisation.asked == []


def test_a_half_written_page_is_no_page(asking, tmp_path):
    place = tmp_path / "pages" / "completions"
    place.mkdir(parents=True)
    half = place / "20261120T120000.000000Z-1.json.part"
    torn = place / "20261119T120000.000000Z-1.json"
    half.write_text('{"pulled_at":')
    torn.write_text('{"pulled_at":"2026-11-19T12:00:00Z","request":{"host"')
    [done] = asking(since=TODAY - DAY)

    assert done.error is None
    assert torn not in Folder.opened(tmp_path / "pages").logs()
    assert half.exists()

    os.utime(half, (0, 0))
    Folder.opened(tmp_path / "pages")
    assert not half.exists()


def test_files_of_others_are_left_alone(asking, tmp_path):
    place = tmp_path / "pages" / "completions"
    place.mkdir(parents=True)
    for name in ("film.mkv.part", "notes.json"):
        (place / name).write_text("mine")
    asking(since=TODAY)

    assert (place / "film.mkv.part").exists()
    assert place / "notes.json" not in Folder.opened(tmp_path / "pages").logs()


def test_a_page_that_cannot_be_written_leaves_nothing(asking, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ingest.pull.pages.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        asking(since=TODAY)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_two_organisations_do_not_share_a_folder(asking, organisation):
    asking(since=TODAY)
    organisation.name = "org-other"
    [done] = asking(since=TODAY)

    assert "holds pages of org-harbour, and this key is of org-other" in done.error


# ---------------------------------------------------------------- what may pass


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (refuse(500), "answers 500 internal server error"),
        (refuse(503), "answers 503 service unavailable"),
        (refuse(429), "answers 429 too many requests"),
        (Fault("truncated"), "broke off its answer"),
        (Fault("unpromised"), "sent JSON that is not whole"),
        (Fault("dropped"), "broke off its answer"),
        (Fault("slow"), "took longer than 0 s for a page"),
        (Fault("silent"), "was silent for 0 s"),
        (replace(refuse(200), headers={"Content-Encoding": "gzip"}), "broke off its answer"),
    ],
    ids=lambda each: each.kind + str(each.status) if isinstance(each, Fault) else None,
)
def test_what_may_pass_is_tried_again(asking, organisation, waits, fault, told):
    organisation.faults = deque([fault, fault])
    notes = []
    [done] = asking(since=TODAY - 2 * DAY, told=notes.append)

    assert (done.error, done.pages) == (None, 1)
    assert waits == [1.0, 2.0]
    assert [note.partition(" ")[2] for note in notes] == [
        f"{told}; again in 1 s", f"{told}; again in 2 s",
    ]  # fmt: skip


def test_a_server_says_how_long_to_wait(asking, organisation, waits):
    organisation.faults = deque(
        [
            refuse(429, Retry_After="7"),
            refuse(429, retry_after_ms="2500"),
            refuse(429, Retry_After="Fri, 20 Nov 2026 12:00:30 GMT"),
            refuse(429, Retry_After="soon"),
            refuse(503, Retry_After="1"),
        ]
    )
    [done] = asking(since=TODAY)

    assert done.error is None
    assert waits == [7.0, 2.5, 30.0, 8.0, 16.0]


def test_a_wait_of_hours_is_left_to_the_user(asking, organisation, waits):
    organisation.faults = deque([refuse(429, Retry_After="7200")])
    [done] = asking(since=TODAY)

    assert "asks to wait 120 minutes" in done.error
    assert waits == []


def test_it_gives_up_in_the_end(asking, organisation, waits):
    organisation.faults = deque([refuse(500)] * 20)
    done = asking("completions", "costs", since=TODAY)

    assert [each.endpoint for each in done] == ["completions"]
    assert "answers 500 internal server error, 8 times in a row" in done[0].error
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0]


def test_nobody_there(asking, waits):
    [done] = asking(since=TODAY, address="http://127.0.0.1:9/v1")

    assert done.error == (
        "127.0.0.1:9 cannot be reached, 5 times in a row; check the network and OPENAI_BASE_URL, "
        "then run the same command again to go on"
    )
    assert len(waits) == 4


def test_waits_are_spread():
    patience = Patience()

    assert [patience.wait_s(3, draw) for draw in (0.0, 0.5, 1.0)] == [2.0, 3.0, 4.0]
    assert patience.wait_s(50, 1.0) == 60.0


@pytest.mark.parametrize("said", ["nan", "-5", "Thu, 19 Nov 2026 12:00:00 GMT"])
def test_no_wait_is_negative(said):
    assert asked_wait_s(None, said, datetime(2026, 11, 20, 12, tzinfo=UTC)) == 0.0


# ---------------------------------------------------------------- what does not pass


def test_a_key_that_is_not_known(asking, waits):
    done = asking("completions", "costs", key="sk-admin-another", since=TODAY)

    assert len(done) == 1
    assert "does not know the key in OPENAI_ADMIN_KEY (401)" in done[0].error
    assert waits == []
    assert "sk-admin" not in done[0].error


def test_a_key_without_permission_for_one_endpoint(asking, organisation):
    organisation.faults = deque([refuse(403, "Missing scopes: api.usage.read")])
    costs, completions = asking("costs", "completions", since=TODAY)

    assert "may not read organization/costs (403), saying: Missing scopes" in costs.error
    assert completions.error is None


def test_an_endpoint_that_is_not_offered(asking, organisation):
    organisation.lacks = {"decisions"}
    decisions, completions = asking("decisions", "completions", since=TODAY)

    assert decisions.is_missing
    assert "does not offer organization/usage/decisions (404)" in decisions.error
    assert completions.error is None


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (refuse(400, "Invalid group_by"), "refuses to answer organization/usage/completions (400)"),
        (refuse(302, Location="https://elsewhere.example/"), "sends us elsewhere (302)"),
        (
            replace(refuse(200), headers={"Content-Type": "text/html"}),
            "answers with a web page",
        ),
        (replace(refuse(200), body=b"[]"), "no page of buckets"),
        (replace(refuse(200), body=b'{"data": [{"start_time": 1}]}'), "no page of buckets"),
        (
            replace(refuse(200), body=b'{"data": [], "has_more": true, "next_page": null}'),
            "has more pages and does not say where",
        ),
        (
            replace(
                refuse(200),
                body=b'{"data": [{"start_time": 9, "results": []},{"start_time": 5,"results":[]}]}',
            ),
            "in no order of time",
        ),
    ],
    ids=["400", "302", "html", "list", "bucket", "no cursor", "order"],
)
def test_what_is_of_no_use_is_said_at_once(asking, organisation, waits, fault, told, tmp_path):
    organisation.faults = deque([fault])
    [done] = asking(since=TODAY)

    assert told in done.error
    assert waits == []
    assert saved(tmp_path) == []


def circling(organisation, monkeypatch, cursors):
    """Answer the first page each time, and always name another."""
    own = organisation.page

    def page(endpoint, asked):
        first = {name: value for name, value in asked.items() if name != "page"}
        return own(endpoint, first) | {"has_more": True, "next_page": next(cursors)}

    monkeypatch.setattr(organisation, "page", page)


@pytest.mark.parametrize("cursor", ["page_{}", "page_same"])
def test_a_server_that_goes_in_circles(asking, organisation, monkeypatch, cursor):
    circling(organisation, monkeypatch, (cursor.format(each) for each in range(1000)))
    [done] = asking(since=TODAY - 5 * DAY)

    assert "goes in circles over the pages of completions" in done.error
    assert len(organisation.asked) <= 5


# ---------------------------------------------------------------- the key


def test_the_key_goes_to_the_server_and_nowhere_else(asking, organisation, tmp_path):
    said = []
    organisation.faults = deque([refuse(500, f"key {KEY}"), refuse(429, KEY), None])
    asking("completions", "costs", since=TODAY - 30 * DAY, told=said.append)
    organisation.faults = deque([refuse(400, f"bad {KEY} of sk-proj-abc")])
    [done] = asking(since=TODAY)

    assert organisation.keys == {f"Bearer {KEY}"}
    assert KEY not in "".join([*said, done.error])
    assert "bad (key) of (key)" in done.error
    assert KEY.encode() not in everything_written(tmp_path)


def test_a_page_with_the_key_in_it_is_not_saved(asking, organisation, tmp_path):
    body = json.dumps({"data": [], "has_more": False, "you": KEY}).encode()
    organisation.faults = deque([replace(refuse(200), body=body)])
    [done] = asking(since=TODAY)

    assert "sends the key back" in done.error
    assert KEY.encode() not in everything_written(tmp_path)


def test_the_key_is_taken_from_the_environment():
    assert key_of({"OPENAI_ADMIN_KEY": f" {KEY}\n"}) == KEY
    with pytest.raises(PullError, match="the environment has no OPENAI_ADMIN_KEY"):
        key_of({"OPENAI_API_KEY": KEY})
    with pytest.raises(PullError, match="characters that no key has") as told:
        key_of({"OPENAI_ADMIN_KEY": f"{KEY}\nX-Evil: 1"})
    assert KEY not in str(told.value)


# ---------------------------------------------------------------- the address


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", "https://api.openai.com/v1"),
        ("https://eu.api.openai.com/v1/", "https://eu.api.openai.com/v1"),
        ("http://gateway:4000", "http://gateway:4000/v1"),
        ("https://gateway.example/openai/v1?x=1", "https://gateway.example/openai/v1"),
    ],
)
def test_the_address_is_read_as_other_clients_read_it(said, meant):
    assert str(base_of({"OPENAI_BASE_URL": said})) == meant


@pytest.mark.parametrize("said", ["gateway:4000", "ftp://x", "https://", "https://a:b@x/v1", "::"])
def test_what_is_no_address(said):
    with pytest.raises(PullError, match="OPENAI_BASE_URL must be an address"):
        base_of({"OPENAI_BASE_URL": said})


def test_what_crosses_a_network_in_clear_text():
    plain = {"http://gateway:4000/v1": True, "http://127.0.0.1:1/v1": False, "https://x/v1": False}

    assert {said: is_unencrypted(httpx.URL(said)) for said in plain} == plain


def test_a_proxy_that_cannot_be_used(base, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "gopher://user:secret@proxy:70")
    with pytest.raises(PullError, match="check HTTPS_PROXY") as told:
        AdminClient(KEY, base_of({"OPENAI_BASE_URL": base}))
    assert "secret" not in str(told.value)


def test_settling_is_counted_from_the_pull(asking, organisation, tmp_path):
    asking(since=TODAY - 10 * DAY)
    [page] = Folder.opened(tmp_path / "pages").pages

    assert page.settled == (TODAY - 10 * DAY, TODAY - 3 * DAY)
    assert timedelta(seconds=NOW - page.settled[1]) > timedelta(days=3)
