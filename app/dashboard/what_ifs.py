"""What-ifs of the dashboard: usage in short is read once, and serves every policy after that.

It is read finely enough for all presets, for any move between two models and for the levers, so
that a slider or another preset needs no other look at the database. Only a policy of the reader's
own that asks for something else does.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

import streamlit as st

from app.dashboard.filters import Selection
from app.dashboard.settings import settings
from app.dashboard.store import PATIENCE_S, database, state_of
from app.dimensions import RATE_COLUMNS
from app.ledger import Question
from app.options import contract_from, warehouse_at
from app.pricing_basis import Basis
from app.whatif.ask import Prepared, WhatIf, prepare
from app.whatif.asked import draws_of
from app.whatif.cells import needs_of
from app.whatif.compare import compare
from app.whatif.levers import levers_found
from app.whatif.levers_needs import lever_scenario
from app.whatif.upgrade import move_of, upgrade
from models.compare.option import Comparison
from models.levers.found import LeversFound
from models.policy.assumptions import Assumptions
from models.policy.dump import dump_scenario
from models.policy.known import Known, known_of
from models.policy.load import PolicyError
from models.policy.presets import preset, presets
from models.policy.terms import Scenario
from models.upgrade.report import UpgradeReport
from pricing.book import PriceBook
from pricing.contract.terms import Contract

#: How many selections of usage are kept, for how many kinds of policies each, and how many answers.
_MOST_SELECTIONS, _MOST_READINGS, _MOST_ANSWERS = 3, 3, 24


@dataclass(slots=True)
class _Readings:
    """Usage in short of one selection, the widest reading first.

    Attributes:
        lock: Held while the database is read, so that two tabs do not read it twice.
    """

    found: list[Prepared] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


def known_words(selection: Selection) -> Known:
    """Return the words that a policy may use at the prices in use."""
    return known_of(selection.basis.book)


def compared(
    selection: Selection, scenarios: Sequence[Scenario], contract: Contract | None = None
) -> tuple[Prepared, Comparison]:
    """Put scenarios side by side, as ``ratecard simulate`` does.

    Args:
        selection: Which usage, at which prices.
        scenarios: At least one.
        contract: Whose rates replace the list's; None for list prices.

    Raises:
        UserError: no usage matches, or scenarios contradict each other.
        WarehouseBusyError: a load holds the database.
    """
    prepared = _prepared(selection, scenarios, contract)
    texts = tuple(dump_scenario(each) for each in scenarios)
    key = (*_key(selection, contract), prepared.whatif.question, texts)
    return prepared, _compared(key, prepared, scenarios)


@st.cache_resource(max_entries=_MOST_ANSWERS, show_spinner=False, hash_funcs={Question: repr})
def _compared(
    key: tuple[object, ...], _prepared: Prepared, _scenarios: Sequence[Scenario]
) -> Comparison:
    del key
    return compare(_prepared, _scenarios)


def upgraded(
    selection: Selection, models: tuple[str, str], effort: str | None, assumptions: Assumptions
) -> UpgradeReport:
    """Return what moving one model's usage to another comes to, as ``ratecard upgrade`` does.

    Args:
        selection: Which usage, at which prices.
        models: The old and the new one.
        effort: Reasoning effort under the new one; None keeps what was logged.
        assumptions: What the reader sets.

    Raises:
        UserError: nothing can move.
        WarehouseBusyError: a load holds the database.
    """
    move = move_of(*models, effort, assumptions)
    prepared = _prepared(selection, [move], None)
    key = (*_key(selection, None), prepared.whatif.question, dump_scenario(move))
    return _upgraded(key, prepared, models, effort, assumptions)


@st.cache_resource(max_entries=_MOST_ANSWERS, show_spinner=False, hash_funcs={Question: repr})
def _upgraded(
    key: tuple[object, ...],
    _prepared: Prepared,
    models: tuple[str, str],
    effort: str | None,
    _assumptions: Assumptions,
) -> UpgradeReport:
    del key
    return upgrade(_prepared, *models, effort, _assumptions)


def pulled(selection: Selection, assumptions: Assumptions) -> LeversFound:
    """Return what every lever is worth, as ``ratecard levers`` does.

    Args:
        selection: Which usage, at which prices.
        assumptions: How long answers may take.

    Raises:
        UserError: no usage matches.
        WarehouseBusyError: a load holds the database.
    """
    prepared = _prepared(selection, [lever_scenario(selection.basis.book)], None)
    waits = tuple(sorted(assumptions.latency_seconds.items()))
    key = (*_key(selection, None), prepared.whatif.question, waits)
    return _pulled(key, prepared, Assumptions(latency_seconds=dict(waits)))


@st.cache_resource(max_entries=_MOST_ANSWERS, show_spinner=False, hash_funcs={Question: repr})
def _pulled(key: tuple[object, ...], _prepared: Prepared, _assumptions: Assumptions) -> LeversFound:
    del key
    return levers_found(_prepared, _assumptions)


def contract_in_force(selection: Selection) -> Contract | None:
    """Return the contract that the dashboard was started with, read again when its file changes.

    Raises:
        UserError: the file does not exist any more.
        ContractError: it has faults.
    """
    path = settings().contract
    if path is None:
        return None
    changed = path.stat().st_mtime_ns if path.is_file() else 0
    book = selection.basis.book
    return _contract(str(path), changed, book.digest, book)


@st.cache_resource(max_entries=2, show_spinner=False)
def _contract(path: str, changed: int, digest: str, _book: PriceBook) -> Contract:
    del changed, digest  # parts of the key
    return contract_from(Path(path), _book)


def usage_in_short(selection: Selection) -> Prepared:
    """Return the usage as every preset needs it.

    Raises:
        UserError: no usage matches.
        WarehouseBusyError: a load holds the database.
    """
    return _prepared(selection, [], None)


def _prepared(
    selection: Selection, scenarios: Sequence[Scenario], contract: Contract | None
) -> Prepared:
    """Return usage in short that tells apart what scenarios ask for; read it only if none does."""
    asked = WhatIf(selection.question, selection.basis, contract, **draws_of(scenarios, None, None))
    readings = _readings(*_key(selection, contract))
    with readings.lock:
        for found in readings.found:
            if _serves(found, scenarios):
                return replace(found, whatif=asked)
        base = _usual(known_words(selection), selection.basis.book) if not readings.found else []
        with (
            st.spinner("Reading the usage once; after that every answer is quick"),
            warehouse_at(database()).reading(PATIENCE_S) as con,
        ):
            found = prepare(con, asked, [*base, *scenarios])
        readings.found = [*readings.found, found][-_MOST_READINGS:]
    return found


def _serves(found: Prepared, scenarios: Sequence[Scenario]) -> bool:
    brought = [each.workloads for each in scenarios if each.workloads is not None]
    if any(rules != found.workloads for rules in brought):
        return False
    needs = needs_of(
        [each.policy for each in scenarios], found.workloads, zone=found.cells.needs.zone
    )
    return found.cells.needs.covers(needs)


def _usual(known: Known, book: PriceBook) -> list[Scenario]:
    """Return a move from one model to another, the levers, and all presets that have prices."""
    model = next(iter(known.models.values()))
    found = [move_of(model, model), lever_scenario(book)]
    for name in presets():
        with suppress(PolicyError):
            found.append(preset(name, known))
    return found


@st.cache_resource(max_entries=_MOST_SELECTIONS, show_spinner=False, hash_funcs={Question: repr})
def _readings(
    path: str, state: tuple[int, ...], digest: str, zone: str, question: Question, contract: str
) -> _Readings:
    del path, state, digest, zone, question, contract  # the key
    return _Readings()


def _key(
    selection: Selection, contract: Contract | None
) -> tuple[str, tuple[int, ...], str, str, Question, str]:
    """Return all that usage in short depends on. Prices of a day do not, unless a filter asks."""
    path, question, basis = database(), selection.question, selection.basis
    if not any(name in RATE_COLUMNS for name, _ in question.where):
        question = replace(question, prices_on=None, assume_tier=None)
    zone = settings().zone_name
    return str(path), state_of(path), _digest(basis), zone, question, repr(contract)


def _digest(basis: Basis) -> str:
    return basis.book.digest
