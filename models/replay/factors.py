"""Which uncertain number says what becomes of a group's tokens, and where it comes from.

The user's assumptions come first, then the user's evaluations, then published evidence, then an
assumption that says it is one. A move in the other direction takes the same number inverted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from decimal import Decimal
from itertools import product

from models.evidence.measured import Measured
from models.evidence.table import AGENTIC_WORK, ASSUMED, YOURS, Evidence
from models.policy.assumptions import ALL, Assumptions, PerWorkload, Spread
from models.replay.groups import Group
from models.replay.parameters import FactorModel, GroupFactors, Kind, Parameter, Term, inverse_of
from models.replay.priors import effort_spread, input_spread, tokenizer_of
from models.replay.writes import Way, is_opt_in, read_shares, scaled, way_of

__all__ = ["FactorModel", "GroupFactors", "Parameter", "Term", "factor_model"]

_NOTHING = GroupFactors()
_STATED = "stated in the scenario"
_DEEP = {"high", "xhigh", "max"}
#: The effort that stands for one that was not logged.
_USUAL = "medium"
#: Stands for all tokenizers that have no name.
_ANY_TOKENIZER = "other"
_SMALL_REGIMES = {"<2k", "2k-10k"}


def factor_model(
    groups: Sequence[Group],
    evidence: Evidence,
    assumptions: Assumptions,
    measured: Mapping[str, Sequence[Measured]] | None = None,
    kinds: Mapping[str, str | None] | None = None,
) -> FactorModel:
    """Say which parameter gives each factor of each group.

    Args:
        groups: Replayed traffic.
        evidence: What is published.
        assumptions: The user's; whatever they set comes first.
        measured: Token ratios of the user's evaluations, by workload.
        kinds: By workload the kind of work whose evidence is looked up; one of agents makes a
            group agentic whatever the length of its sessions.
    """
    choices = _Choices(evidence, assumptions, measured or {}, kinds or {}, read_shares(groups))
    terms = tuple(choices.of(group) for group in groups)
    used = {
        term.parameter
        for each in terms
        for field_ in fields(each)
        if (term := getattr(each, field_.name)) is not None
    }
    parameters = tuple(each for name, each in choices.parameters.items() if name in used)
    return FactorModel(parameters, terms, tuple(choices.warnings))


@dataclass(slots=True)
class _Choices:
    evidence: Evidence
    assumptions: Assumptions
    measured: Mapping[str, Sequence[Measured]]
    kinds: Mapping[str, str | None]
    reads: Mapping[Way, Decimal]
    known: dict[tuple[str | bool, ...], GroupFactors] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    warnings: dict[str, None] = field(default_factory=dict)

    def of(self, group: Group) -> GroupFactors:
        key = (
            group.workload, group.model_from, group.model_to, group.tier_from, group.tier_to,
            group.effort_from, group.effort_to, group.regime, group.agentic,
            bool(group.parts.write_premium_pico),
        )  # fmt: skip
        if key not in self.known:
            self.known[key] = self._of(group)
        return self.known[key]

    def _of(self, group: Group) -> GroupFactors:
        mine = self.assumptions
        tokens = self._tokens(group)
        to_flex = group.tier_to == "flex" != group.tier_from
        to_batch = group.tier_to == "batch" != group.tier_from
        writes = bool(group.parts.write_premium_pico)
        return GroupFactors(
            eps=tokens.eps,
            nu=tokens.nu,
            kappa=tokens.kappa,
            effort=tokens.effort,
            kept=self._stated("cache_kept", mine.cache_kept, group.workload, "share")
            if group.model_from != group.model_to
            else None,
            gamma=self._share("cache_in_batch", mine.cache_in_batch, group) if to_batch else None,
            phi=self._share("flex_spill", mine.flex_spill, group) if to_flex else None,
            written=self._written(group) if writes else None,
        )

    def _tokens(self, group: Group) -> GroupFactors:
        """Return what becomes of output and input: the first of those who know counts."""
        own = self._of_evaluation(group)
        changed = group.model_from != group.model_to
        if not changed and own is None:
            return GroupFactors(effort=self._effort(group))
        own = own or GroupFactors(effort=self._effort(group))
        stated = self.assumptions if changed else Assumptions()
        stated_eps = self._stated("output_ratio", stated.output_ratio, group.workload, "ratio")
        nu = self._stated("turns_ratio", stated.turns_ratio, group.workload, "ratio")
        # Measured input is of a whole task, so that it stands for turns and tokenizer at once.
        whole = own.kappa if nu is None else None
        eps, nu = stated_eps or own.eps, None if whole else nu
        prior = self._prior(group, eps) if changed and not (eps and (nu or whole)) else _NOTHING
        return GroupFactors(
            eps=eps or prior.eps,
            nu=None if whole else nu or prior.nu,
            kappa=whole or (self._input(group) if changed else None),
            effort=self._effort(group) if stated_eps else own.effort,
        )

    def _stated(self, name: str, values: PerWorkload, workload: str, kind: Kind) -> Term | None:
        key = workload if workload in values else ALL
        if key not in values:
            return None
        return self._term(f"{name}:{key}", values[key], kind, _STATED, YOURS)

    def _share(self, name: str, values: PerWorkload, group: Group) -> Term:
        stated = self._stated(name, values, group.workload, "share")
        default = self.evidence.defaults[name]
        basis = self.evidence.explained(default.basis)
        return stated or self._term(name, default.spread, "share", basis, default.grade)

    def _written(self, group: Group) -> Term | None:
        """Return the share of new input that is written to the cache; None is none of it."""
        values, new = self.assumptions.cache_write_share, _plain(group.model_to)
        if group.workload in values or ALL in values or not is_opt_in(new):
            return self._share("cache_write_share", values, group)
        self.warnings[
            f"{new} caches only what requests mark (cache_control): its cache writes are taken to "
            "be no more than what the log reads from a cache, and none where it reads nothing"
        ] = None
        default = self.evidence.defaults["cache_write_opt_in"]
        spread = scaled(default.spread, self.reads.get(way_of(group), Decimal(0)))
        if not spread.p10:
            return None
        name = f"cache_write_share:{group.workload or ALL}:{_plain(group.model_from)}>{new}"
        basis = self.evidence.explained(default.basis)
        return self._term(name, spread, "share", basis, default.grade)

    def _of_evaluation(self, group: Group) -> GroupFactors | None:
        """Return what the user's evaluation of the two models measured, if it fits."""
        for each, inverse in product(self.measured.get(group.workload, ()), (False, True)):
            (old, of_old), (new, of_new) = each.ways[::-1] if inverse else each.ways
            if (old, new) != (_plain(group.model_from), _plain(group.model_to)):
                continue
            # One effort throughout fits what does not say its effort and does not change it.
            steady = of_old == of_new and group.effort_from == group.effort_to == ""
            fits = of_old in {"", group.effort_from} and of_new in {"", group.effort_to}
            if not (fits or steady) or (old == new and (not of_old or of_old == of_new)):
                continue
            if each.output is None and each.input is None:
                continue
            covered = bool(of_old and of_new) or group.effort_from == group.effort_to
            return GroupFactors(
                eps=self._of_tasks("output", each, each.output, inverse=inverse),
                kappa=self._of_tasks("input", each, each.input, inverse=inverse),
                effort=None if covered and each.output else self._effort(group),
            )
        return None

    def _of_tasks(
        self, what: str, each: Measured, spread: Spread | None, *, inverse: bool
    ) -> Term | None:
        if spread is None:
            return None
        old, new = (f"{m}@{e}" if e else m for m, e in each.ways)
        name = f"measured_{what}:{each.workload or ALL}:{old}>{new}"
        return self._term(name, spread, "ratio", each.words, YOURS, inverse=inverse)

    def _prior(self, group: Group, eps: Term | None) -> GroupFactors:
        """Return published priors; `eps` is what is known already of the output."""
        old, new = _plain(group.model_from), _plain(group.model_to)
        work = self.kinds.get(group.workload) or group.workload
        agent = group.agentic or work in AGENTIC_WORK
        regime = group.regime if group.regime in _SMALL_REGIMES else "10k+"
        if agent:
            regime = "agent_deep" if group.effort_from in _DEEP else "agent"
        for prior in self.evidence.priors:
            if prior.regime != regime or {prior.old, prior.new} != {old, new}:
                continue
            tail, inverse = f"{prior.old}>{prior.new}:{regime}", prior.new == old
            basis = self.evidence.explained(prior.basis)
            eps = self._term(
                f"output_ratio:{tail}", prior.output, "ratio", basis, prior.grade, inverse=inverse
            )
            nu = self._term(
                f"turns_ratio:{tail}", prior.turns, "ratio", basis, prior.grade, inverse=inverse
            )
            return GroupFactors(eps=eps, nu=nu)
        if eps is None:
            self._warn_of_output(old, new)
        return self._no_evidence(old, new, agent=agent)

    def _warn_of_output(self, old: str, new: str) -> None:
        spread = self.evidence.defaults["output"].spread
        self.warnings[
            f"no evidence of how much {new} writes for the work of {old}: as much is assumed, "
            f"from {spread.p10} to {spread.p90} times"
        ] = None

    def _no_evidence(self, old: str, new: str, *, agent: bool) -> GroupFactors:
        first, second = sorted((old, new))
        defaults = self.evidence.defaults
        output, turns = defaults["output"], defaults["turns_agent" if agent else "turns"]
        tail, inverse = f"{first}>{second}", first != old
        suffix = ":agent" if agent else ""
        return GroupFactors(
            eps=self._term(
                f"output_ratio:{tail}", output.spread, "ratio", output.basis, ASSUMED,
                inverse=inverse,
            ),
            nu=self._term(
                f"turns_ratio:{tail}{suffix}", turns.spread, "ratio", turns.basis, ASSUMED,
                inverse=inverse,
            ),
        )  # fmt: skip

    def _input(self, group: Group) -> Term | None:
        found = [
            tokenizer_of(_plain(model), self.evidence.tokenizers)
            for model in (group.model_from, group.model_to)
        ]
        first, second = sorted(found, key=lambda each: each.name)
        if first.name == second.name != _ANY_TOKENIZER:
            return None
        spread, inverse = input_spread(first, second), first.name != found[0].name
        told = inverse_of(spread) if inverse else spread
        self.warnings[
            f"{_plain(group.model_to)} may cut the same text into other tokens than "
            f"{_plain(group.model_from)}: {told.p10:.2f} to {told.p90:.2f} times as many are "
            "assumed"
        ] = None
        basis = "; ".join(
            dict.fromkeys(self.evidence.explained(each.basis) for each in (first, second))
        )
        name = f"input_ratio:{first.name}>{second.name}"
        return self._term(name, spread, "ratio", basis, ASSUMED, inverse=inverse)

    def _effort(self, group: Group) -> Term | None:
        old, new = group.effort_from, group.effort_to
        if not old and (new or group.model_from != group.model_to):
            self.warnings[
                "requests without a logged effort ran at their model's default, and defaults "
                "differ (gpt-5.5: medium; gpt-5.4: probably none): set the effort to be sure"
            ] = None
        levels = list(self.evidence.efforts)
        if not new or old == new:
            return None
        old = old or _USUAL
        if unknown := [each for each in (old, new) if each not in levels]:
            self.warnings[f"nothing is known of effort {unknown[0]}: no change is assumed"] = None
            return None
        if old == new:
            return None
        low, high = sorted((old, new), key=levels.index)
        weaker, stronger = self.evidence.efforts[low], self.evidence.efforts[high]
        grade = ASSUMED if ASSUMED in {weaker.grade, stronger.grade} else "M"
        basis = "; ".join(
            f"{each.effort}: {self.evidence.explained(each.basis)}" for each in (weaker, stronger)
        )
        return self._term(
            f"effort:{low}>{high}", effort_spread(weaker, stronger, levels), "ratio", basis, grade,
            inverse=low != old,
        )  # fmt: skip

    def _term(
        self, name: str, spread: Spread, kind: Kind, source: str, grade: str, *,
        inverse: bool = False,
    ) -> Term:  # fmt: skip
        self.parameters.setdefault(name, Parameter(name, spread, kind, source, grade))
        return Term(name, inverse)


def _plain(model: str) -> str:
    """Return a model's name without its provider."""
    return model.rpartition("/")[2]
