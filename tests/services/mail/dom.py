"""What Chromium makes of a mail's HTML, as a tree of plain lists, and that tree without what tracking added."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kkdesk.services.mail.links import find_links
from kkdesk.services.mail.tracking import normalize_destination
from tests.servers.chromium import Browser

ORIGIN = "https://crm.example.gr"
#: [type, name or text, attributes, children, computed styles]
Node = list[Any]

# Rendered in a frame without scripts; what the page's policy forbids, the frame's pictures and styles, is not loaded.
_READ = """
const [html, styled] = arguments;
const policy = document.createElement("meta");
policy.httpEquiv = "Content-Security-Policy";
policy.content = "default-src 'none'; style-src 'unsafe-inline'";
if (!document.querySelector("meta")) document.head.append(policy);
document.querySelectorAll("iframe").forEach(each => each.remove());
const frame = document.createElement("iframe");
frame.setAttribute("sandbox", "allow-same-origin");
frame.width = 600;
frame.height = 400;
const looks = ["color", "background-color", "font-size", "font-weight", "font-family", "display", "padding-top",
  "padding-left", "margin-top", "width", "letter-spacing", "text-decoration-line"];
function read(node) {
  const element = node.nodeType === 1;
  const attributes = element ? [...node.attributes].map(each => [each.name, each.value]) : [];
  const children = [...(node.localName === "template" ? node.content : node).childNodes].map(read);
  const seen = element && styled && node.ownerDocument.defaultView;
  const style = seen ? looks.map(name => node.ownerDocument.defaultView.getComputedStyle(node)[name]) : [];
  const name = element ? node.namespaceURI + " " + node.localName : node.nodeName;
  const text = node.nodeType === 10 ? node.publicId + " " + node.systemId : node.nodeValue || "";
  return [node.nodeType, element ? name : name + " " + text, attributes, children, style];
}
return new Promise(done => {
  frame.onload = () => {
    const content = frame.contentDocument;
    // As text: a tree this deep is more than the driver takes apart.
    done(JSON.stringify([read(content), content.compatMode]));
  };
  frame.srcdoc = html;
  document.body.append(frame);
});
"""


def rendered_dom(chromium: Browser, html: str, *, styled: bool) -> tuple[Node, str]:
    """The document and its mode (quirks or not) once it is shown; with computed styles where asked for."""
    node, mode = json.loads(chromium.run(_READ, html, styled))
    return node, mode


def without_tracking(node: Node, sources: dict[str, str], *, styled: bool) -> Node:
    """`node` with tracked addresses led back, without pixel and footer, and texts that became neighbours joined.

    `sources` are the pictures by their `cid:`. Where computed styles are compared, `style` itself is not.
    """
    kind, name, attributes, children, style = node
    kept: list[Node] = []
    for child in children:
        if _is_ours(child):
            continue
        plain = without_tracking(child, sources, styled=styled)
        if plain[0] == 3 and kept and kept[-1][0] == 3:
            kept[-1][1] += plain[1].removeprefix("#text ")
        else:
            kept.append(plain)
    shown = sorted(
        [key, _plain_value(name, key, value, sources)] for key, value in attributes if not (styled and key == "style")
    )
    return [kind, _plain_comment(name) if kind == 8 else name, shown, kept, style]


def _is_ours(node: Node) -> bool:
    """The pixel, or the footer: the addresses of this campaign alone count, not those in a mail passed on."""
    own = "cid=camp_1&rid=rcpt_1"
    if node[1].endswith(" img"):
        source = dict(node[2]).get("src", "")
        return source.startswith(f"{ORIGIN}/api/email/tracking?{own}")
    return node[1].endswith(" div") and any(
        child[1].endswith(" a") and dict(child[2]).get("href", "").startswith(f"{ORIGIN}/api/unsubscribe?{own}")
        for child in node[3]
    )


def _destination(url: str) -> str:
    """Where a link leads in the end."""
    if url.startswith(f"{ORIGIN}/api/email/click?cid=camp_1&rid=rcpt_1"):
        url = parse_qs(urlsplit(url).query)["u"][0]
    return normalize_destination(url) or url


def _plain_value(element: str, name: str, value: str, sources: dict[str, str]) -> str:
    if name == "href" and element.endswith((" a", " area")):
        return _destination(value)
    return sources.get(value, value) if name == "src" else value


def _plain_comment(text: str) -> str:
    """A comment in which Outlook may find links, these led back and all quoted the same."""
    inner = re.sub(r"^#comment \[if [^\]]*\]>", "", text)
    if inner == text:
        return text
    for link in reversed(list(find_links(inner))):
        quote = link.missing_quote
        inner = f"{inner[: link.start]}{quote}{_destination(link.href)}{quote}{inner[link.end :]}"
    return inner
