"""What others wrote of prices, held against the price book."""

import json

import pytest

from app.cli import run
from pricing.load_claims import shipped_claims

HEAD = 'articles:\n  "1": {title: "An article"}\nclaims:\n'


@pytest.fixture
def judged(tmp_path, capsys):
    """Judge one claim: its verdict, and the figures that decide it."""

    def verdict(says: str, *words: str) -> tuple[str, str]:
        file = tmp_path / "claims.yaml"
        start = '  - {article: "1", line: 3, quote: "Quoted.", on: 2026-05-01, '
        file.write_text(f"{HEAD}{start}{says}}}\n", encoding="utf-8")
        assert run(["prices", "claims", str(file), "--format", "json", *words]) == 0
        [row] = json.loads(capsys.readouterr().out)
        assert (row["line"], row["quote"], row["title"]) == (3, "Quoted.", "An article")
        return row["verdict"], row["figures"]

    return verdict


@pytest.mark.parametrize(
    ("says", "verdict", "figures"),
    [
        ("value: {model: gpt-5.5, meter: output}, is: 30", "agrees", "gpt-5.5 output 30"),
        ("value: {model: gpt-5.5, meter: output}, is: 25", "refuted", "gpt-5.5 output 30, not 25"),
        (
            "value: {model: gpt-5.5, meter: [input, output]}, over: {model: gpt-5.4}, is: 2",
            "agrees",
            (
                "gpt-5.5 input 5 against gpt-5.4 input 2.5: 2x; "
                "gpt-5.5 output 30 against gpt-5.4 output 15: 2x"
            ),
        ),
        (
            "value: {model: gpt-5.5, meter: input}, over: {model: gpt-5.4}, is: 1, within: 10",
            "refuted",
            "gpt-5.5 input 5 against gpt-5.4 input 2.5: 2x, not 1 (within 10 %)",
        ),
        (
            "value: {model: gpt-5.5, tier: flex, meter: output}, over: {tier: priority}, is: 0.2",
            "agrees",
            "gpt-5.5 flex output 15 against gpt-5.5 priority output 75: 0.2x",
        ),
        (  # one meter of several that does not hold refutes the claim
            (
                "value: {model: gpt-5.4, context: long, meter: [input, output]}, "
                "over: {context: short}, is: 2"
            ),
            "refuted",
            (
                "gpt-5.4 long input 5 against gpt-5.4 input 2.5: 2x; "
                "gpt-5.4 long output 22.5 against gpt-5.4 output 15: 1.5x, not 2"
            ),
        ),
        (
            "value: {model: gpt-5.5-pro, meter: cached_input}, over: {meter: input}, at_most: 0.1",
            "refuted",
            "gpt-5.5-pro cached input 30 against gpt-5.5-pro input 30: 1x, not at most 0.1",
        ),
        ("released: gpt-5.5, is: 2026-04", "agrees", "gpt-5.5 was released on 2026-04-24"),
        (
            "released: gpt-5.5, is: 2026-04-23",
            "refuted",
            "gpt-5.5 was released on 2026-04-24, not 2026-04-23",
        ),
        (
            "limit: output, model: gpt-5.5, is: 128000",
            "agrees",
            "output limit of gpt-5.5: 128,000 tokens",
        ),
        (
            "limit: context, model: gpt-5.5, at_least: 2000000",
            "refuted",
            "context limit of gpt-5.5: 1,050,000 tokens, not at least 2000000",
        ),
        (
            "value: {model: gpt-99, meter: output}, is: 30",
            "unverifiable",
            "the price book has no gpt-99",
        ),
        (
            "value: {model: gpt-5.5, tier: ultrafast, meter: output}, is: 30",
            "unverifiable",
            "the price book has no price of gpt-5.5 ultrafast output on 2026-05-01",
        ),
        (
            "value: {model: gpt-5.6-sol, meter: output}, is: 30",
            "unverifiable",  # it was not sold yet
            "the price book has no price of gpt-5.6-sol output on 2026-05-01",
        ),
        ('unverifiable: "nobody measured it"', "unverifiable", "nobody measured it"),
    ],
)
def test_a_claim_is_judged_at_its_own_date(judged, says, verdict, figures):
    assert judged(says) == (verdict, figures)


def test_of_the_shipped_claims_the_one_of_equal_prices_is_refuted(capsys):
    assert run(["prices", "claims", "--format", "json"]) == 0
    shown = capsys.readouterr()
    rows = json.loads(shown.out)
    verdicts = {(row["article"], row["line"], row["quote"]): row["verdict"] for row in rows}

    assert len(rows) == shipped_claims().read_text("utf-8").count("{article:")
    assert verdicts["004", 207, "GPT-5.5 API pricing is on par with GPT-5.4"] == "refuted"
    assert verdicts["002", 22, "Pricing (official) | $5 / $30 per 1M tokens"] == "agrees"
    assert verdicts["003", 84, rows_quote(rows, "003", 84)] == "agrees"
    assert verdicts["004", 151, "GPT-5.5 maintains token efficiency on par with GPT-5.4"] == (
        "unverifiable"
    )
    assert "refuted" in shown.err


def rows_quote(rows: list[dict], article: str, line: int) -> str:
    return next(row["quote"] for row in rows if (row["article"], row["line"]) == (article, line))


def test_claims_are_shown_with_their_words_and_figures(capsys):
    assert run(["prices", "claims"]) == 0
    shown = capsys.readouterr().out

    assert (
        'refuted       "GPT-5.5 API pricing is on par with GPT-5.4"\n'
        "              article 004, line 207\n"
        "              gpt-5.5 input 5 against gpt-5.4 input 2.5: 2x\n"
    ) in shown


def test_every_fault_of_a_file_is_shown_with_its_line(tmp_path, capsys):
    file = tmp_path / "claims.yaml"
    file.write_text(
        HEAD
        + '  - {article: "2", line: 3, quote: "Q.", on: 2026-05-01, released: gpt-5.5, is: soon}\n'
        + '  - {article: "1", line: 3, quote: "Q.", on: 2026-05-01}\n'
        + '  - {article: "1", line: 0, quote: "Q.", on: 2026-05-01, unverifiable: "no"}\n'
        + '  - {article: "1", line: 3, quote: "Q.", on: 2026-05-01, value: {model: a, meter: gold},'
        + " at_most: 1, at_least: 0}\n",
        encoding="utf-8",
    )

    assert run(["prices", "claims", str(file)]) == 2
    told = capsys.readouterr().err
    assert [line.rpartition("claims.yaml:")[2].partition(":")[0] for line in told.splitlines()] == [
        "4", "4", "5", "6", "7",
    ]  # fmt: skip
    assert "not a day or a month: 'soon'" in told
    assert "a claim says one of value, released, limit, unverifiable" in told
