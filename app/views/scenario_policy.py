"""Which policy: a preset with its models, or one of the reader's own, edited or uploaded."""

from collections.abc import Sequence

import streamlit as st

from app.dashboard.card import escaped
from app.dashboard.filters import Selection
from app.dashboard.what_ifs import known_words
from models.policy.known import Known
from models.policy.load import PolicyError, load_scenario
from models.policy.presets import Preset, presets
from models.policy.terms import Scenario

OWN = "your own"
#: What opens first, and what may be chosen: the session's own policy is one more.
FIRST = "complexity-router"

_CHOICE, _TEXT, _FAULTS, _OWN_TEXT, _TAKEN = (
    "policy", "policy_text", "policy_faults", "policy_own", "policy_taken",
)  # fmt: skip
_SOURCE = "policy.yaml"


def draw_policy(selection: Selection) -> Scenario | None:
    """Draw the choice of a policy and return it; None where these prices lack one of its models."""
    known = known_words(selection)
    found = presets()
    names = [FIRST, *(name for name in found if name != FIRST)]
    if st.session_state.get(_OWN_TEXT):
        names.append(OWN)
    name = st.selectbox("Policy", names, key=_CHOICE, bind="query-params") or FIRST
    text = st.session_state[_OWN_TEXT] if name == OWN else _filled(found[name], known)
    try:
        scenario = load_scenario(text, name, known)
    except PolicyError as error:
        faults = "\n\n".join(escaped(str(fault)) for fault in error.faults)
        st.info(faults, title="These prices do not know all of its words")
        return None
    if scenario.policy.description:
        st.caption(escaped(scenario.policy.description))
    if st.button("Edit or upload YAML", type="tertiary", icon=":material/edit:"):
        st.session_state[_TEXT] = text
        st.session_state[_FAULTS] = ()
        _edit(known)
    return scenario


def _filled(preset: Preset, known: Known) -> str:
    """Return a preset's YAML with the models that the reader chose for its roles."""
    if not preset.roles:
        return preset.text
    models = sorted(known.offered)
    chosen = {}
    with st.expander("Its models"):
        for role, usual in preset.roles.items():
            options = models if usual in models else [usual, *models]
            chosen[role] = st.selectbox(
                role.capitalize(), options, index=options.index(usual),
                key=f"{preset.name}_{role}",
            )  # fmt: skip
    return preset.filled(chosen)


@st.dialog("Policy in YAML", width="large")
def _edit(known: Known) -> None:
    if st.session_state.pop(_TAKEN, False):
        st.rerun()
    st.file_uploader(
        "Upload a scenario", type=["yaml", "yml"], key="policy_file", on_change=_upload,
        help="As `ratecard simulate` reads it.",
    )  # fmt: skip
    st.text_area("Or edit it here", key=_TEXT, height=320)
    faults: Sequence[str] = st.session_state.get(_FAULTS, ())
    if faults:
        st.error(
            "\n\n".join(escaped(each) for each in faults),
            title=f"{len(faults)} fault{'' if len(faults) == 1 else 's'}; nothing was changed",
        )
    st.button("Use this policy", type="primary", on_click=_take, args=(known,))
    if faults:
        st.caption("Its lines by number:")
        st.code(st.session_state[_TEXT], language="yaml", line_numbers=True, height=240)


def _upload() -> None:
    """Put an uploaded file into the editor."""
    uploaded = st.session_state["policy_file"]
    if uploaded is None:
        return
    try:
        st.session_state[_TEXT] = uploaded.getvalue().decode("utf-8")
        st.session_state[_FAULTS] = ()
    except UnicodeDecodeError:
        st.session_state[_FAULTS] = (f"{uploaded.name} is not UTF-8 text; save it as such",)


def _take(known: Known) -> None:
    """Take what is in the editor, or list what is wrong with it."""
    text: str = st.session_state[_TEXT]
    try:
        load_scenario(text, _SOURCE, known)
    except PolicyError as error:
        st.session_state[_FAULTS] = tuple(str(fault) for fault in error.faults)
        return
    st.session_state[_FAULTS] = ()
    st.session_state[_OWN_TEXT] = text
    st.session_state[_CHOICE] = OWN
    st.session_state[_TAKEN] = True
