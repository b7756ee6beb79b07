"""Two people edited one draft: what each changed, what goes together by itself, and what somebody has to decide."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from kkdesk.model.campaign import CampaignDraft

Side = Literal["mine", "theirs"]
#: Parts of a draft that are decided about one by one; a switch never is, having but two positions.
PARTS: Final = ("name", "subject", "content", "filters", "signature_id", "from_email", "template_id", "tracked")


@dataclass(frozen=True, slots=True)
class Merge:
    """`draft` has everything that goes together; `contested` parts are as mine, until somebody decides."""

    draft: CampaignDraft
    contested: tuple[str, ...]


def merge(base: CampaignDraft, mine: CampaignDraft, theirs: CampaignDraft) -> Merge:
    """Put together what both made of `base`."""
    values: dict[str, Any] = {}
    contested: list[str] = []
    for part in PARTS:
        before, here, there = (getattr(draft, part) for draft in (base, mine, theirs))
        values[part] = there if here == before else here
        if here != before and there not in (before, here):
            contested.append(part)
    return Merge(replace(mine, **values), tuple(contested))


def decided(merged: Merge, theirs: CampaignDraft, chosen: Mapping[str, Side]) -> CampaignDraft:
    """The draft after a person chose a side for each contested part."""
    values = {part: getattr(theirs, part) for part in merged.contested if chosen.get(part) == "theirs"}
    return replace(merged.draft, **values)


def changed_parts(one: CampaignDraft, other: CampaignDraft) -> Collection[str]:
    """The parts in which two drafts differ."""
    return tuple(part for part in PARTS if getattr(one, part) != getattr(other, part))
