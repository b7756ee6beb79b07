"""HTML that the program itself shows (previews, templates, notes): harmless, and still looking as it was made.

Not applied to mails that leave: what a newsletter may contain is the mail programs' business.
"""

from __future__ import annotations

import re
from typing import Final

import nh3

_TAGS: Final = frozenset(
    "a abbr address area article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del "
    "details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main map "
    "mark nav ol p pre q s samp section small span strike strong sub summary sup "
    "table tbody td tfoot th thead time tr tt u ul "
    "var wbr".split()
)
_ATTRIBUTES: Final = {
    "*": {"align", "bgcolor", "class", "dir", "height", "id", "lang", "style", "title", "valign", "width"},
    "a": {"href", "name", "target"},
    "area": {"alt", "coords", "href", "shape"},
    "col": {"span"},
    "colgroup": {"span"},
    "font": {"color", "face", "size"},
    "img": {"alt", "border", "hspace", "src", "usemap", "vspace"},
    "map": {"name"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "nowrap", "rowspan"},
    "th": {"colspan", "nowrap", "rowspan"},
}
# Nothing that takes a text out of its place (position, z-index, transform) or loads a file (background-image, …).
_STYLES: Final = frozenset(
    "background-color border border-bottom border-collapse border-color border-left border-radius border-right "
    "border-spacing border-style border-top border-width color direction display font font-family font-size font-style "
    "font-weight height letter-spacing line-height list-style list-style-type margin margin-bottom margin-left "
    "margin-right margin-top max-height max-width min-height min-width padding padding-bottom padding-left "
    "padding-right padding-top table-layout text-align text-decoration text-indent text-transform vertical-align "
    "white-space width word-break word-spacing word-wrap".split()
)
_SCHEMES: Final = frozenset({"cid", "data", "http", "https", "mailto", "tel"})
_EMBEDDED_PICTURE = re.compile(r"data:image/(?:gif|jpeg|png|webp);base64,[A-Za-z0-9+/=\s]*", re.ASCII)


def sanitize(html: str) -> str:
    """`html` without scripts, event handlers, forms, frames, style sheets and addresses that run or hide something."""
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "title", "textarea", "iframe", "noscript"},
        attributes=_ATTRIBUTES,
        attribute_filter=_harmless,
        url_schemes=set(_SCHEMES),
        filter_style_properties=set(_STYLES),
        link_rel=None,
    )


def _harmless(element: str, attribute: str, value: str) -> str | None:
    """`value`, or None to drop the attribute: `data:` only for pictures, which cannot run anything."""
    # Browsers drop white space and control characters from a scheme before they read it.
    scheme = re.sub(r"[\x00-\x20]", "", value[:64]).lower()
    if attribute in {"href", "src"} and scheme.startswith("data:"):
        return value if element == "img" and _EMBEDDED_PICTURE.fullmatch(value) else None
    return value
