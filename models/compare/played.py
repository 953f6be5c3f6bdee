"""A scenario that was replayed: what it costs and answers, at the medians and for any draws."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np

from models.compare.ends import Asides, FlowEnds, Verdicts
from models.compare.operators import exact_pico, has_operators
from models.compare.people import PeopleCosts
from models.compare.rates import Rates
from models.compare.traffic import Flow, Source, Traffic, Values
from models.evidence.success import Rate
from models.outcome.action import Calls, outcome_of
from models.outcome.action import Rates as Chances
from models.outcome.cascade import RANGE_AFTER_FAILURE, USUAL_AFTER_FAILURE
from models.outcome.checked import Array, Numbers
from models.outcome.expected import Outcome
from models.outcome.review import review_cost
from models.policy.assumptions import Assumptions, Spread
from models.policy.terms import Action, Policy
from models.replay.parameters import Parameter
from models.uncertainty.distributions import Distribution
from models.uncertainty.draws import distributions_of

_USD_PER_PICO = 1e-12

#: How often the second model of a cascade is right where the first was wrong.
AFTER_FAILURE = Parameter(
    "after_failure",
    Spread(
        Decimal(str(RANGE_AFTER_FAILURE[0])),
        Decimal(str(USUAL_AFTER_FAILURE)),
        Decimal(str(RANGE_AFTER_FAILURE[1])),
    ),
    "share",
    "paired runs of two models on the same tasks: what one fails is hard for the other too",
    "M",
)


class Played:
    """A scenario replayed over the traffic.

    Attributes:
        policy: Whose rules.
        traffic: What was replayed.
    """

    def __init__(
        self,
        policy: Policy,
        traffic: Traffic,
        rates: Rates,
        people: PeopleCosts,
        asides: Asides,
        by_task: Mapping[tuple[str, str], float] | None = None,
    ) -> None:
        """Take all that was replayed; success rates are looked up at once.

        Args:
            policy: Whose rules.
            traffic: What was replayed.
            rates: Success rates.
            people: What people cost.
            asides: What operators call.
            by_task: Requests that a task takes, by workload and logged model; 1 where not named.
        """
        self._by_task = by_task or {}
        self.policy, self.traffic, self.asides = policy, traffic, asides
        self._rates, self._people = rates, people
        self._actions = [self._action(flow) for flow in traffic.flows]
        self._stand_ins: dict[str, Parameter] = {}
        self._found = [self._rates_of(k) for k in range(len(traffic.flows))]
        self._per_call = {} if asides.second is None else _requests(asides.second.flows)

    @property
    def parameters(self) -> list[Parameter]:
        """Parameters that the figures rest on; of success rates only those that stand in."""
        second = self.asides.second
        every = [
            *self.traffic.factors.parameters,
            *(second.factors.parameters if second else ()),
            *self._people.parameters(sorted({flow.workload for flow in self.traffic.flows})),
            *self._stand_ins.values(),
            *([AFTER_FAILURE] if any(a and a.cascade for a in self._actions) else []),
        ]
        return list({each.name: each for each in every}.values())

    @property
    def assumptions(self) -> Assumptions:
        """What was assumed."""
        return self._people.assumptions

    def tasks(self, flow: Flow) -> float:
        """Return how many tasks a flow's priced requests are."""
        return flow.priced / self._by_task.get((flow.workload, flow.model_from), 1.0)

    @property
    def rates(self) -> list[tuple[str, str, Rate]]:
        """Success rates in use: workload, model, rate."""
        found: dict[tuple[str, str], Rate] = {}
        for flow, action, (first, second) in zip(
            self.traffic.flows, self._actions, self._found, strict=True
        ):
            if isinstance(first, Rate):
                found[flow.workload, flow.model_to] = first
            if isinstance(second, Rate) and action and action.cascade:
                found[flow.workload, action.cascade.to] = second
        return [(*key, found[key]) for key in sorted(found)]

    def distributions(self) -> dict[str, Distribution]:
        """Return the distribution of every number that `draws` needs, by name."""
        uniform = self._rates.distributions
        names = {name for _, _, rate in self.rates for name in rate.names}
        return distributions_of(self.parameters) | {name: uniform[name] for name in sorted(names)}

    def draws(self, values: Values, weights: Array) -> tuple[list[Array], list[FlowEnds]]:
        """Return what each flow cost as logged, and what it comes to, draw by draw.

        Args:
            values: Draws by name, at least those of `distributions`.
            weights: How often each week is in each draw: a row per draw.
        """
        today, usd = self.traffic.usd(values, weights)
        second = None
        if self.asides.second is not None:
            second = self._per_source(self.asides.second, values, weights)
        return list(today), [
            self._ends(k, row, second, values, weights) for k, row in enumerate(usd)
        ]

    def points(self) -> list[tuple[int, FlowEnds]]:
        """Return each flow's exact API cost in pico-dollars, and its ends, at the medians."""
        second = None
        if self.asides.second is not None:
            picos: dict[Source, int] = {}
            for flow in self.asides.second.flows:
                picos[flow.source] = picos.get(flow.source, 0) + flow.cost_pico
            second = {
                source: np.asarray(pico * _USD_PER_PICO / max(self._per_call[source], 1))
                for source, pico in picos.items()
            }
        return [self._point(k, flow, second) for k, flow in enumerate(self.traffic.flows)]

    def _point(
        self, k: int, flow: Flow, second: Mapping[Source, Array] | None
    ) -> tuple[int, FlowEnds]:
        usd = np.asarray(flow.cost_pico * _USD_PER_PICO)
        found = self._ends(k, usd, second, None, None)
        action = self._actions[k]
        if not has_operators(action):
            return flow.cost_pico, found
        picos = {"first": flow.cost_pico}
        if second is not None and flow.source in second:
            share = second[flow.source] * flow.priced / _USD_PER_PICO
            picos["second"] = round(share.item())
        for name, verdicts in (("verifier", self.asides.verifier), ("check", self.asides.check)):
            picos[name] = self._share(flow, sum(verdicts.get(flow.source, {}).values()))
        pico = exact_pico(picos, flow.priced, lambda calls: self._outcome(k, calls, None))
        return pico, found

    def _ends(
        self,
        k: int,
        usd: Array,
        second: Mapping[Source, Array] | None,
        values: Values | None,
        weights: Array | None,
    ) -> FlowEnds:
        """Return what a flow comes to, from what its plain calls cost together."""
        flow, action = self.traffic.flows[k], self._actions[k]
        known = isinstance(self._found[k][0], Rate) and self._second_known(k)
        if not known and not has_operators(action):
            return FlowEnds(usd)
        requests = max(flow.priced, 1)
        calls = Calls(
            np.maximum(usd, 0.0) / requests,
            0.0 if second is None else second.get(flow.source, np.asarray(0.0)),
            self._verdict(flow, self.asides.verifier, weights),
            self._verdict(flow, self.asides.check, weights),
        )
        found = self._outcome(k, calls, values)
        api = found.api_usd * requests if has_operators(action) else usd
        if not known:
            return FlowEnds(api)
        people = None
        if self._people.are_known(flow.workload):
            people = self._people_usd(flow, found, values)
        return FlowEnds(api, found.correct, people, found.wrong)

    def _people_usd(self, flow: Flow, found: Outcome, values: Values | None) -> Numbers:
        """Return what people cost: tasks are repaired and escape, single answers are reviewed."""
        people, _ = self._people.of(flow.workload, values)
        tasks = self.tasks(flow)
        review = review_cost(people.review_rate, people.review_usd)
        return (found.human_usd + found.escaped_usd) * tasks + review * (flow.priced - tasks)

    def _outcome(self, k: int, calls: Calls, values: Values | None) -> Outcome:
        """Return what a task of a flow comes to, as if it were one call."""
        action = self._actions[k] or Action()
        first, second = self._found[k]
        # An answer that a cap cuts off is paid and of no use.
        cut, chance = self.traffic.flows[k].cut, _chance(first, values)
        chances = Chances(np.asarray(chance, dtype=float) * (1.0 - cut) if cut else chance)
        if action.cascade is not None:
            after = AFTER_FAILURE.spread.p50 if values is None else values[AFTER_FAILURE.name]
            chances = Chances(chances.first, _chance(second, values), after)
        people, icc = self._people.of(self.traffic.flows[k].workload, values)
        return outcome_of(action, calls, chances, people, icc)

    def _action(self, flow: Flow) -> Action | None:
        """Return what is done with a flow's requests; None keeps them as logged."""
        return self.policy.rules[flow.rule - 1].use if flow.rule and not flow.kept else None

    def _rates_of(self, k: int) -> tuple[Rate | Parameter | None, Rate | Parameter | None]:
        """Return the rates of a flow's model and of its cascade's second one.

        What is not known is None, or a parameter that stands in where the cost hangs on it.
        """
        flow, action = self.traffic.flows[k], self._actions[k]
        effort = flow.effort_to if flow.effort_to != flow.effort_from else ""
        same = effort and flow.model_to == flow.model_from
        efforts = (effort, flow.effort_from if same else "")
        retried = action is not None and action.attempts > 1
        second = action.cascade if action else None
        first = self._rate(
            flow.workload, flow.model_to, efforts, wanted=retried or second is not None
        )
        if second is None:
            return first, None
        return first, self._rate(
            flow.workload, second.to, (second.to_effort or "", ""), wanted=retried
        )

    def _rate(
        self, workload: str, model: str, efforts: tuple[str, str], *, wanted: bool
    ) -> Rate | Parameter | None:
        found = self._rates.of(workload, model, *efforts)
        if isinstance(found, Rate):
            return found
        if not wanted:
            return None
        stand_in = self._rates.assume(model)
        self._stand_ins[stand_in.name] = stand_in
        return stand_in

    def _second_known(self, k: int) -> bool:
        action = self._actions[k]
        cascades = action is not None and action.cascade is not None
        return not cascades or isinstance(self._found[k][1], Rate)

    def _per_source(self, second: Traffic, values: Values, weights: Array) -> dict[Source, Array]:
        """Return what a call of a cascade's second model costs, by where requests come from."""
        _, usd = second.usd(values, weights)
        sums: dict[Source, Array] = {}
        for flow, row in zip(second.flows, usd, strict=True):
            sums[flow.source] = sums.get(flow.source, np.zeros_like(row)) + row
        return {
            source: np.maximum(row, 0.0) / max(self._per_call[source], 1)
            for source, row in sums.items()
        }

    def _verdict(self, flow: Flow, verdicts: Verdicts, weights: Array | None) -> Numbers:
        """Return what one verdict costs, in US dollars."""
        weeks = verdicts.get(flow.source)
        if not weeks:
            return 0.0
        of_flow = {week: self._share(flow, pico) for week, pico in weeks.items()}
        if weights is None:
            return sum(of_flow.values()) * _USD_PER_PICO / max(flow.priced, 1)
        total = np.zeros(len(weights))
        for week, pico in of_flow.items():
            total += weights[:, self.traffic.week(week)] * (pico * _USD_PER_PICO)
        return total / max(flow.priced, 1)

    def _share(self, flow: Flow, pico: int) -> int:
        """Return a flow's part of what is known of all requests from where it comes."""
        return round(Fraction(pico * flow.priced, self.traffic.requests_from(flow.source) or 1))


def _chance(found: Rate | Parameter | None, values: Values | None) -> Numbers:
    if found is None:
        return 0.0
    if isinstance(found, Rate):
        return found.point if values is None else found.draws(values)
    return found.spread.p50 if values is None else values[found.name]


def _requests(flows: Sequence[Flow]) -> dict[Source, int]:
    counts: dict[Source, int] = {}
    for flow in flows:
        counts[flow.source] = counts.get(flow.source, 0) + flow.priced
    return counts
