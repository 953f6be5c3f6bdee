"""Replays for a comparison: scenarios, what their operators call, single models, baselines."""

import os
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from app.whatif.compare_words import told_once
from app.whatif.replay import Detail, replay
from app.whatif.task_units import requests_by_task
from models.compare.asides import (
    called_by,
    checked,
    checks_of,
    escalated,
    verified,
    verifiers_of,
    with_actions,
)
from models.compare.assemble import Drawn, Row, drawn_with, option_of, rows_of
from models.compare.baselines import TODAY
from models.compare.ends import Asides, Verdicts
from models.compare.facts import shared_facts, tokens_apart, with_facts, with_tokens
from models.compare.noticed import retried_in_vain, with_noticed
from models.compare.option import Kind, Option
from models.compare.origins import Origins, origins_of, taken_over
from models.compare.people import PeopleCosts
from models.compare.played import Played
from models.compare.rates import Known, Rates
from models.compare.traffic import Traffic, weeks_of
from models.compare.verdicts import verdict_pico
from models.compare.waits import nobody_waits
from models.evidence.measured import measured as measured_ratios
from models.outcome.checked import Array
from models.policy.assumptions import Assumptions
from models.policy.known import known_of
from models.policy.presets import preset
from models.policy.terms import Action, Policy, Scenario
from models.replay.factors import factor_model
from models.replay.groups import Replayed
from models.uncertainty.weeks import week_weights

if TYPE_CHECKING:
    from app.whatif.ask import Prepared

_ALWAYS = "always:"
_MOST_KEPT = 48
FEWEST_WEEKS = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A replayed scenario with the option it became."""

    played: Played
    drawn: Drawn
    rows: list[Row]
    option: Option


class Stage:
    """Where scenarios are replayed over the same usage, with the same weeks and draws."""

    def __init__(self, prepared: "Prepared", scenarios: Sequence[Scenario]) -> None:
        """Replay today's mix, which weeks and reference models are read from.

        Args:
            prepared: The usage.
            scenarios: All that are compared, as their authors wrote them.
        """
        self.prepared, self.scenarios = prepared, scenarios
        every = [each.assumptions for each in scenarios]
        facts, self.contradictions = shared_facts(every)
        self.facts, self.why_unnoticed = with_noticed(facts, scenarios)
        #: What baselines assume: the facts, and what all scenarios say of tokens and caches.
        self.usual = with_tokens(self.facts, every)
        self.by_task = requests_by_task(prepared.cells, prepared.whatif.task)
        self._logged = self._replayed(Scenario(Policy(TODAY, ()), Assumptions()))
        groups = self._logged.groups
        self.weeks: list[date | None] = weeks_of(self._logged)
        dated = [week for week in self.weeks if week is not None]
        blocks = len(dated) if len(dated) >= FEWEST_WEEKS else 0
        self.weights = _weights(self.weeks, blocks, prepared)
        workloads = sorted({group.workload for group in groups})
        rules = prepared.workloads
        self.kinds = {name: rules.evidence_of(name) for name in workloads}
        self.measured = {name: measured_ratios(prepared.evaluations, name) for name in workloads}
        counts: dict[str, Counter[str]] = {name: Counter() for name in workloads}
        for group in groups:
            counts[group.workload][group.model_from] += group.requests
        reference = {name: counts[name].most_common(1)[0][0] for name in workloads}
        self.known = Known(prepared.evidence, prepared.evaluations, self.kinds, reference)
        self.models = sorted({group.model_from for group in groups if group.logged_pico})

    def today(self, name: str) -> Option:
        """Return the logged mix."""
        scenario = Scenario(Policy(name, ()), self.facts)
        return self._shown(scenario, "baseline", name, self._logged, TODAY).option

    def play(self, scenario: Scenario) -> Shown:
        """Replay a scenario with its own assumptions, and shared facts where it states none."""
        own = scenario.assumptions
        scenario = replace(scenario, assumptions=with_facts(own, self.facts))
        self._replay_together([scenario, *called_by(scenario)])
        name = scenario.policy.name
        return self._shown(scenario, "scenario", name, self._replayed(scenario), own=own)

    def singles(self, assumptions: Assumptions) -> dict[str, Shown]:
        """Replay everything at each of the models that are candidates, or that scenarios name.

        Args:
            assumptions: Of all of these.
        """
        # What one scenario's move costs, and how long its answers may take, is not theirs.
        assumptions = replace(assumptions, one_off_usd=Decimal(0), latency_seconds={})
        known = known_of(self.prepared.whatif.basis.book)
        named = [model for each in self.scenarios for model in models_named(each.policy)]
        models = dict.fromkeys((*self.prepared.whatif.candidates, *self.models, *named))
        single = {
            model: replace(preset(f"{_ALWAYS}{model}", known), assumptions=assumptions)
            for model in models
            if model in known.offered
        }
        self._replay_together(list(single.values()))
        found = {}
        for model, scenario in single.items():
            replayed = self._replayed(scenario)
            found[model] = self._shown(scenario, "single model", f"always {model}", replayed)
            found[model] = replace(found[model], option=replace(found[model].option, model=model))
        return found

    def warnings(self, options: Sequence[Option]) -> list[str]:
        """Return what to know beside the figures, each once."""
        found = [
            sentence for each in options if each.kind == "scenario" for sentence in each.warnings
        ]
        dated = [week for week in self.weeks if week is not None]
        if len(dated) < FEWEST_WEEKS:
            weeks = "1 week" if len(dated) == 1 else f"{len(dated)} weeks"
            found.append(f"The log holds {weeks}: ranges say nothing of how weeks differ.")
        if options[0].unpriced:
            found.append(
                f"{options[0].unpriced:,} requests have no price and are in no cost: "
                "`ratecard report` says why."
            )
        return told_once([*found, *self._about_assumptions()])

    def _about_assumptions(self) -> list[str]:
        """Return where scenarios take facts from others, or differ from what baselines assume."""
        found = [taken_over(each, self.facts, self.scenarios) for each in self.scenarios]
        waits = [self.prepared.workloads.latency_of(name) for name in self.kinds]
        found += [nobody_waits(each, waits) for each in self.scenarios]
        for each in self.scenarios:
            own = with_facts(each.assumptions, self.facts)
            found.append(retried_in_vain(replace(each, assumptions=own)))
            apart = tokens_apart(own, self.usual)
            if apart:
                found.append(
                    f"Scenario {each.policy.name} has its own {', '.join(apart)}: it is held "
                    "against baselines that assume the same, and the single models among the "
                    "options assume what all scenarios agree on, else the priors."
                )
        return [*filter(None, found), *self.contradictions]

    def _replay_together(self, scenarios: Sequence[Scenario]) -> None:
        """Replay scenarios side by side, so that each is at hand when it is asked for."""
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            deque(pool.map(self._replayed, scenarios), maxlen=0)

    def _replayed(self, scenario: Scenario) -> Replayed:
        prepared = self.prepared
        basis = prepared.whatif.basis
        return replay(
            prepared.cells,
            basis.book,
            scenario,
            basis,
            prepared.whatif.contract,
            Detail(teams=False),
        )

    def _shown(
        self,
        scenario: Scenario,
        kind: Kind,
        name: str,
        replayed: Replayed,
        baseline_of: str | None = None,
        own: Assumptions | None = None,
    ) -> Shown:
        """Return a replayed scenario as an option, from memory where it was asked before."""
        memo, whatif = self.prepared.memo, self.prepared.whatif
        origins = origins_of(own, self.scenarios, self.why_unnoticed)
        asked = (
            scenario, kind, name, baseline_of, whatif.draws, whatif.seed, whatif.contract,
            origins, whatif.task,
        )  # fmt: skip
        key = f"{whatif.basis.book.digest} {whatif.basis.words} {asked!r}"
        found = memo.get(key)
        if found is None:
            found = memo[key] = self._computed(scenario, kind, name, replayed, baseline_of, origins)
            for oldest in list(memo)[:-_MOST_KEPT]:
                memo.pop(oldest, None)
        shown: Shown = found
        return shown

    def _computed(
        self,
        scenario: Scenario,
        kind: Kind,
        name: str,
        replayed: Replayed,
        baseline_of: str | None,
        origins: Origins,
    ) -> Shown:
        assumptions = scenario.assumptions
        played = Played(
            scenario.policy,
            self._traffic(replayed, assumptions),
            Rates(self.known, assumptions),
            PeopleCosts(assumptions, origins),
            self._asides(scenario),
            self.by_task,
        )
        whatif = self.prepared.whatif
        drawn = drawn_with(played, whatif.draws, whatif.seed, self.weights)
        rows = rows_of(played, drawn)
        one_off = Fraction(assumptions.one_off_usd)
        option = option_of(
            name,
            kind,
            played,
            rows,
            drawn,
            baseline_of=baseline_of,
            one_off_usd=one_off.numerator / one_off.denominator,
        )
        return Shown(played, drawn, rows, option)

    def _traffic(self, replayed: Replayed, assumptions: Assumptions) -> Traffic:
        factors = factor_model(
            replayed.groups, self.prepared.evidence, assumptions, self.measured, self.kinds
        )
        return Traffic(replayed, factors, self.weeks)

    def _asides(self, scenario: Scenario) -> Asides:
        """Replay what cascades and final checks call."""
        second = None
        if any(rule.use.cascade for rule in scenario.policy.rules):
            asked = with_actions(scenario, escalated)
            second = self._traffic(self._replayed(asked), scenario.assumptions)
        return Asides(
            second,
            self._verdicts(scenario, verified, verifiers_of(scenario)),
            self._verdicts(scenario, checked, checks_of(scenario)),
        )

    def _verdicts(
        self, scenario: Scenario, judge: Callable[[Action], Action], tokens: dict[int, int]
    ) -> Verdicts:
        if not tokens:
            return {}
        return verdict_pico(self._replayed(with_actions(scenario, judge)), tokens)


def _weights(weeks: list[date | None], blocks: int, prepared: "Prepared") -> Array:
    import numpy as np

    whatif = prepared.whatif
    weights = np.ones((whatif.draws, len(weeks)))
    if blocks:
        dated = [k for k, week in enumerate(weeks) if week is not None]
        weights[:, dated] = week_weights(blocks, whatif.draws, whatif.seed)
    return weights


def models_named(policy: Policy) -> list[str]:
    """Return the models that a policy sends requests to, in the order of its rules."""
    found = []
    for rule in policy.rules:
        found += [rule.use.model] if rule.use.model else []
        found += [rule.use.cascade.to] if rule.use.cascade else []
    return found
