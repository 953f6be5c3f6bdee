"""Success rates for every workload and model that options need, and what their draws are made of.

Nothing is a success rate but what the user states or has measured, and what is carried over from
there by published differences. Where a policy's cost hangs on a rate that nobody knows, such as how
often a cascade escalates, a wide assumption stands in, and the success itself stays unknown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from models.evidence.evaluations import Evaluation
from models.evidence.success import Asked, Rate, Unknown, success_rates
from models.evidence.table import Evidence
from models.policy.assumptions import Assumptions, Spread
from models.replay.parameters import Parameter
from models.uncertainty.distributions import Array, Distribution

#: How often a model is right where nobody knows: most of the time, or every other time.
ASSUMED = Spread(Decimal("0.5"), Decimal("0.75"), Decimal("0.92"))


@dataclass(frozen=True, slots=True)
class Uniform:
    """A number between 0 and 1 that a success rate is drawn with."""

    def quantile(self, u: Array) -> Array:
        """Return the number itself."""
        return u


@dataclass(frozen=True, slots=True)
class Known:
    """What success rates come from.

    Attributes:
        kinds: By workload the kind of work whose evidence is looked up.
        reference: By workload the model that does most of it now.
        tasks: By workload the number of tasks evaluated; empty without evaluations.
    """

    evidence: Evidence
    evaluations: Sequence[Evaluation] = ()
    kinds: Mapping[str, str | None] = field(default_factory=dict)
    reference: Mapping[str, str] = field(default_factory=dict)


class Rates:
    """Success rates under one set of assumptions, looked up once each.

    Attributes:
        distributions: Of the uniform numbers that the rates looked up so far need.
        assumed: Parameters that stood in for an unknown rate.
    """

    def __init__(self, known: Known, assumptions: Assumptions) -> None:
        """Name what rates come from, and what is assumed."""
        self._known, self._assumptions = known, assumptions
        self._found: dict[tuple[str, str, str, str], Rate | Unknown] = {}
        self.distributions: dict[str, Distribution] = {}
        self.assumed: dict[str, Parameter] = {}

    def of(
        self, workload: str, model: str, effort: str = "", effort_now: str = ""
    ) -> Rate | Unknown:
        """Return the success rate of a model at a workload.

        Args:
            workload: Whose requests.
            model: Which answers them.
            effort: Where a policy changes it; empty counts any.
            effort_now: At which the same model works now: what the user states is its rate there.
        """
        key = (workload, model, effort, effort_now)
        if key not in self._found:
            self._found[key] = self._look_up(*key)
        return self._found[key]

    def assume(self, model: str) -> Parameter:
        """Return the parameter that stands in for an unknown rate."""
        name = f"assumed_success:{model}"
        basis = (
            f"how often {model} is right is unknown; only the policy's cost hangs on it: state it "
            "under `success`"
        )
        return self.assumed.setdefault(name, Parameter(name, ASSUMED, "share", basis, "A"))

    def _look_up(self, workload: str, model: str, effort: str, effort_now: str) -> Rate | Unknown:
        known = self._known
        reference = model if effort_now else known.reference.get(workload, model)
        asked = Asked(
            workload,
            known.kinds.get(workload),
            reference,
            {model: effort} if effort else {},
            effort_now,
        )
        found = success_rates(asked, [model], known.evidence, self._assumptions, known.evaluations)[
            model
        ]
        if isinstance(found, Rate):
            self.distributions |= {name: Uniform() for name in found.names}
        return found
