"""Proposed entries in the text of a table: lines are added, and none is changed."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pricing.feeds.append import append
from pricing.feeds.compare import compare
from pricing.feeds.errors import FeedError
from pricing.feeds.propose import Terms, propose
from pricing.feeds.reading import read_file
from pricing.feeds.yaml_text import overlay_text, quoted
from pricing.load import load_price_book

TESTS = Path(__file__).parent
TABLE = TESTS / "prices.yaml"
SAMPLES = TESTS / "golden" / "feeds"
APRIL = datetime(2026, 4, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def book():
    return load_price_book(TABLE)


def planned(book, *names, **terms):
    feeds = [read_file(SAMPLES / f"{name}.json") for name in names or ["litellm"]]
    compared = [compare(each, book, APRIL) for each in feeds]
    return propose(compared, book, Terms(APRIL, APRIL, **terms))


def over(path):
    return load_price_book(TABLE, overlay=path)


def contains(lines, parts):
    """Whether the parts are among the lines in their order."""
    rest = iter(lines)
    return all(any(line == part for line in rest) for part in parts)


def versions(book):
    return {entry.price_version for entry in book.entries}


def test_a_file_that_is_not_there_becomes_an_overlay(book, tmp_path):
    path = tmp_path / "mine.yaml"
    append(planned(book), path, book, over)

    assert path.read_text("utf-8") == overlay_text(planned(book), book.sources)
    assert "acme/acme-small/standard/short@2026-04-15" in versions(over(path))
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_table_keeps_every_line_and_every_entry(book, tmp_path):
    path = tmp_path / "prices.yaml"
    path.write_bytes(TABLE.read_bytes())
    path.chmod(0o640)
    append(planned(book), path, book, load_price_book)
    old, new = TABLE.read_text("utf-8").splitlines(), path.read_text("utf-8").splitlines()
    after = load_price_book(path)

    assert contains(new, old)
    assert versions(after) > versions(book)
    assert all(entry in after.entries for entry in book.entries)
    assert path.stat().st_mode & 0o777 == 0o640
    assert new.count("models:") == new.count("sources:") == 1


def test_entries_are_put_behind_those_of_their_model(book, tmp_path):
    path = tmp_path / "prices.yaml"
    path.write_bytes(TABLE.read_bytes())
    append(planned(book), path, book, load_price_book)
    text = path.read_text("utf-8")
    at = [text.index(part) for part in (
        "provider: acme\n    ids: [acme-small]", "1.50}", "provider: zenith\n    ids: [acme-small]",
    )]  # fmt: skip

    assert at == sorted(at)


OVERLAY = """\
# Ours.
sources:
  agreement: {what: our agreement, locator: a drawer, kind: contract}

models:
  - model: acme-small
    provider: acme
    ids: [acme-small, rerank]   # what we call it

    # nothing of ours is priced yet
"""


def test_an_overlay_of_the_users_own_is_added_to(book, tmp_path, golden):
    path = tmp_path / "mine.yaml"
    path.write_text(OVERLAY)
    append(planned(book, "litellm"), path, over(path), over)
    added = path.read_text("utf-8").replace(str(tmp_path), "")
    revision = read_file(SAMPLES / "litellm.json").revision

    assert contains(added.splitlines(), OVERLAY.splitlines())
    golden("feeds/appended.yaml", added.replace(revision, "REVISION"))


def test_what_was_appended_is_not_proposed_again(book, tmp_path):
    path = tmp_path / "mine.yaml"
    append(planned(book), path, book, over)
    again = planned(over(path))

    assert again.models == ()


def test_a_second_list_is_added_behind_the_first(book, tmp_path):
    path = tmp_path / "mine.yaml"
    append(planned(book), path, book, over)
    before = path.read_text("utf-8").splitlines()
    known = over(path)
    append(planned(known, "genai-prices"), path, known, over)

    assert contains(path.read_text("utf-8").splitlines(), before)
    assert {"litellm", "genai-prices"} <= set(over(path).sources)


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"])
def test_the_end_of_a_file_is_kept(book, tmp_path, end):
    path = tmp_path / "mine.yaml"
    path.write_text(OVERLAY.rstrip("\n") + end)
    append(planned(book), path, over(path), over)

    assert path.read_text("utf-8").startswith("# Ours.\n")
    assert "acme-nova" in {model for _, model in over(path).models}


def test_windows_line_ends_are_kept(book, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_bytes(OVERLAY.replace("\n", "\r\n").encode())
    append(planned(book), path, over(path), over)

    assert path.read_bytes().startswith(b"# Ours.\r\nsources:\r\n")
    assert "acme-nova" in {model for _, model in over(path).models}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("models: [{model: acme-small, provider: acme}]\n", "mine.yaml:1: acme-small is written"),
        ("sources: {}\n", "mine.yaml:1: sources is written on one line"),
        ("models:\n  - model: acme-small\n    provider: acme\n    prices: []\n",
         "mine.yaml:4: acme-small: prices is written on one line"),
        ("- one\n- two\n", "mine.yaml is no price table"),
        ("a: [\n", "mine.yaml is not readable as YAML; see: ratecard prices check"),
    ],
)  # fmt: skip
def test_a_file_that_nothing_can_be_added_to_is_refused(book, tmp_path, text, says):
    path = tmp_path / "mine.yaml"
    path.write_text(text)

    with pytest.raises(FeedError) as refusal:
        append(planned(book), path, book, over)
    assert says in str(refusal.value)
    assert path.read_text() == text
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_result_with_a_fault_is_not_put_in_place(book, tmp_path):
    path = tmp_path / "mine.yaml"
    text = OVERLAY.replace("kind: contract", "kinds: contract")
    path.write_text(text)

    with pytest.raises(FeedError, match=r"mine.yaml:3: unknown key 'kinds'.*nothing was written"):
        append(planned(book), path, book, over)
    assert path.read_text() == text
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_result_that_changes_the_book_is_not_put_in_place(book, tmp_path):
    """The book that was compared knows a price that the file, as it is now, does not have."""
    path = tmp_path / "mine.yaml"
    append(planned(book), path, book, over)
    richer = over(path)
    path.unlink()

    with pytest.raises(FeedError, match=r"mine.yaml: \S+@2026-04-15 would be changed"):
        append(planned(book, "genai-prices"), path, richer, over)
    assert not path.exists()


def test_a_file_that_changes_meanwhile_is_left_alone(book, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(OVERLAY)
    known = over(path)

    def meddled(fresh):
        path.write_text(OVERLAY + "# more\n")
        return over(fresh)

    with pytest.raises(FeedError, match="was changed meanwhile; run the command again"):
        append(planned(book), path, known, meddled)
    assert path.read_text() == OVERLAY + "# more\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said(book, tmp_path):
    tmp_path.chmod(0o500)

    with pytest.raises(FeedError, match="permission denied"):
        append(planned(book), tmp_path / "mine.yaml", book, over)


def test_a_folder_that_is_not_there_is_said(book, tmp_path):
    with pytest.raises(FeedError, match="no such file or directory; name a file in a folder"):
        append(planned(book), tmp_path / "nowhere" / "mine.yaml", book, over)


def test_a_link_is_followed(book, tmp_path):
    real, link = tmp_path / "real.yaml", tmp_path / "mine.yaml"
    real.write_text(OVERLAY)
    link.symlink_to(real)
    append(planned(book), link, over(link), over)

    assert link.is_symlink()
    assert "acme-nova" in real.read_text()


@pytest.mark.parametrize("text", ['say "no": #1', "a\nb", "\x85\u2028", "día ☀ 😀", "- x: {y}"])
def test_free_text_is_read_back_the_same(text):
    import yaml

    shown = "".join(each if each.isprintable() else "?" for each in text)

    assert yaml.safe_load(quoted(text)) == shown
