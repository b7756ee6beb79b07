"""Text of a campaign with gaps that differ from mail to mail: parsed once, filled per recipient."""

from __future__ import annotations

import html as html_library
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, TypeVar

from kkdesk.model.merge_fields import MergeField, MergeTemplate
from kkdesk.services.mail.personalise import MergeValues
from kkdesk.services.mail.tracking import SignedLink, Signer, form_encoded, normalize_destination

T = TypeVar("T")

#: How a field is written where it stands: as text, in HTML, in an address.
Written = Callable[[MergeField, MergeValues], str]


class Filling:
    """What one recipient's mail is filled with."""

    __slots__ = ("_signatures", "form_encoded_id", "recipient_id", "values")

    def __init__(self, recipient_id: str, values: MergeValues) -> None:
        self.recipient_id = recipient_id
        self.form_encoded_id = form_encoded(recipient_id)
        self.values = values
        self._signatures: dict[SignedLink, str] = {}

    def signature(self, link: SignedLink) -> str:
        """Signature of a link, made once per mail: the unsubscribe link alone stands in three places."""
        signature = self._signatures.get(link)
        if signature is None:
            signature = self._signatures[link] = link.signature(self.recipient_id)
        return signature


class Slot(Protocol):
    """A gap."""

    def fill(self, filling: Filling) -> str:
        """What stands in the gap in one mail."""
        ...


@dataclass(frozen=True, slots=True)
class FieldSlot:
    """A merge field, written as its surroundings ask for (text, HTML, address)."""

    field: MergeField
    written: Written

    def fill(self, filling: Filling) -> str:
        """The field's value or its default."""
        return self.written(self.field, filling.values)


class RecipientSlot:
    """The recipient's id inside a signed link."""

    __slots__ = ()

    def fill(self, filling: Filling) -> str:
        """The recipient's id in form encoding."""
        return filling.form_encoded_id


@dataclass(frozen=True, slots=True)
class SignatureSlot:
    """The signature at the end of a signed link."""

    link: SignedLink

    def fill(self, filling: Filling) -> str:
        """The link's signature for the recipient."""
        return filling.signature(self.link)


@dataclass(frozen=True, slots=True)
class PersonalLinkSlot:
    """A link whose destination holds merge fields: normalised and signed for each recipient anew."""

    destination: SlotText
    campaign_id: str
    signer: Signer | None

    def fill(self, filling: Filling) -> str:
        """The tracked address, or the address itself where it cannot or shall not be tracked."""
        href = self.destination.fill(filling)
        destination = normalize_destination(href) if self.signer else None
        if self.signer is None or destination is None:
            return html_library.escape(href)
        return self.signer.click_url(self.campaign_id, filling.recipient_id, destination)


_RECIPIENT = RecipientSlot()


def signed_link(link: SignedLink) -> tuple[str | Slot, ...]:
    """The pieces of a signed link; only recipient id and signature differ from mail to mail."""
    return link.head, _RECIPIENT, link.middle, SignatureSlot(link)


class SlotText:
    """Fixed texts with a slot between each two of them."""

    __slots__ = ("fixed", "order", "slots")

    def __init__(self, pieces: Iterable[str | Slot]) -> None:
        fixed = [""]
        order: list[int] = []
        numbers: dict[Slot, int] = {}
        for piece in pieces:
            if isinstance(piece, str):
                fixed[-1] += piece
            else:
                order.append(numbers.setdefault(piece, len(numbers)))
                fixed.append("")
        #: The texts around the slots, one more than there are places.
        self.fixed: Sequence[str] = tuple(fixed)
        #: The different slots; one that stands in several places is filled once.
        self.slots: Sequence[Slot] = tuple(numbers)
        #: Which slot stands in each place.
        self.order: Sequence[int] = tuple(order)

    def fill(self, filling: Filling) -> str:
        """The whole text for one recipient."""
        values = [slot.fill(filling) for slot in self.slots]
        return "".join(interleaved(self.fixed, [values[number] for number in self.order]))


def interleaved(fixed: Sequence[T], between: Sequence[T]) -> list[T]:
    """`fixed` with `between`, which is one shorter, put into its gaps."""
    pieces = [fixed[0]] * (2 * len(fixed) - 1)
    pieces[::2] = fixed
    pieces[1::2] = between
    return pieces


class MarkedFields:
    """A template's fields replaced by marks that no parser of HTML or text can take apart or mistake.

    A mark is a private-use character that the texts do not hold, a number, and the character again. There are two
    such characters, so that a field can be marked as standing inside an address.
    """

    def __init__(self, template: MergeTemplate, *texts: str) -> None:
        """`texts` are those that the marked template will be put together with."""
        self._fields = template.fields
        used = set().union(*texts, *(part for part in template.parts if isinstance(part, str)))
        free = (mark for mark in map(chr, chain(range(0xE000, 0xF900), range(0xF0000, 0xFFFFE))) if mark not in used)
        self.mark, self.url_mark = next(free), next(free)
        self._marked = re.compile(f"([{self.mark}{self.url_mark}])([0-9]+)\\1")
        numbers = iter(range(len(self._fields)))
        self.text = template.fill(lambda _field: f"{self.mark}{next(numbers)}{self.mark}")

    def pieces(self, text: str, written: Written, written_in_url: Written | None = None) -> list[str | Slot]:
        """`text` cut at its marks, each mark a slot for its field."""
        pieces: list[str | Slot] = []
        end = 0
        for match in self._marked.finditer(text):
            way = written_in_url or written if match[1] == self.url_mark else written
            pieces += (text[end : match.start()], FieldSlot(self._fields[int(match[2])], way))
            end = match.end()
        return [*pieces, text[end:]]

    def as_address(self, text: str) -> str:
        """`text` with its fields marked as standing inside an address."""
        return text.replace(self.mark, self.url_mark)
