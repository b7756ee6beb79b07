"""What two people changed goes together where it can."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kkdesk.model.campaign import CampaignDraft, RecipientFilters
from kkdesk.ui.campaigns.composing.merging import PARTS, changed_parts, decided, merge

BASE = CampaignDraft("α", "β", "γ", RecipientFilters(cities=("Βόλος",)), "sig_1")


def test_different_parts_go_together() -> None:
    merged = merge(BASE, replace(BASE, subject="δικό μου"), replace(BASE, filters=RecipientFilters(everyone=True)))
    assert merged.contested == ()
    assert merged.draft == replace(BASE, subject="δικό μου", filters=RecipientFilters(everyone=True))


def test_the_same_part_is_contested_unless_both_meant_the_same() -> None:
    mine, theirs = replace(BASE, subject="μου", content="ίδιο"), replace(BASE, subject="του", content="ίδιο")
    merged = merge(BASE, mine, theirs)
    assert merged.contested == ("subject",)
    assert merged.draft.subject == "μου"
    assert decided(merged, theirs, {"subject": "theirs"}).subject == "του"
    assert decided(merged, theirs, {"subject": "mine"}).subject == "μου"


def test_a_switch_is_never_contested() -> None:
    off = replace(BASE, tracked=False)
    assert merge(BASE, off, BASE).draft == merge(BASE, BASE, off).draft == merge(BASE, off, off).draft == off
    assert merge(off, BASE, replace(off, subject="του")).draft == replace(BASE, subject="του")


_DRAFTS = st.builds(
    CampaignDraft,
    st.sampled_from("αβ"),
    st.sampled_from("αβ"),
    st.sampled_from("αβ"),
    signature_id=st.sampled_from(["1", None]),
    tracked=st.booleans(),
)


@given(_DRAFTS, _DRAFTS, _DRAFTS)
def test_nobodys_change_is_lost_in_silence(base: CampaignDraft, mine: CampaignDraft, theirs: CampaignDraft) -> None:
    merged = merge(base, mine, theirs)
    for part in PARTS:
        value = getattr(merged.draft, part)
        if part in changed_parts(base, mine):
            assert value == getattr(mine, part)
            assert part in merged.contested or getattr(theirs, part) in (getattr(base, part), value)
        else:
            assert value == getattr(theirs, part)
