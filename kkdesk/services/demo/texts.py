"""What the sample shop writes: templates, a signature and campaigns in Greek."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SHOP: Final = "https://www.kktires.example"


@dataclass(frozen=True, slots=True)
class Template:
    """A row of `email_templates`."""

    name: str
    category: str
    subject: str
    content: str


@dataclass(frozen=True, slots=True)
class CampaignText:
    """Name, subject and body of a campaign."""

    name: str
    subject: str
    content: str


#: Around a mail's text, and around the signature beneath it.
_FRAME: Final = (
    '<div style="max-width:600px;margin:0 auto;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;'
    'color:#1f2937">'
)


def _mail(heading: str, *blocks: str) -> str:
    body = "".join(blocks)
    return f'{_FRAME}<h2 style="color:#0f3d6e;font-size:22px;margin:0 0 16px">{heading}</h2>{body}</div>'


def _p(text: str) -> str:
    return f'<p style="margin:0 0 14px">{text}</p>'


def _list(*items: str) -> str:
    rows = "".join(f"<li>{item}</li>" for item in items)
    return f'<ul style="margin:0 0 14px;padding-left:22px">{rows}</ul>'


def _button(text: str, path: str) -> str:
    return (
        f'<p style="margin:22px 0"><a href="{SHOP}{path}" style="background:#d9480f;color:#ffffff;'
        f'padding:12px 22px;border-radius:6px;text-decoration:none;font-weight:bold">{text}</a></p>'
    )


SIGNATURE_NAME: Final = "KK Tires – κατάστημα"
SIGNATURE: Final = (
    f'{_FRAME}<p style="margin:0">Με εκτίμηση,<br><strong>KK Tires</strong><br>Λεωφ. Κηφισού 125, 121 32 Περιστέρι<br>'
    'Τηλ. <a href="tel:+302105550100">210 555 0100</a> · '
    f'<a href="{SHOP}/">www.kktires.example</a></p></div>'
)

WINTER: Final = CampaignText(
    "Χειμερινά ελαστικά: προσφορά έως -20%",
    "{{vocative|Καλημέρα σας}}, τα χειμερινά σας με έκπτωση έως 20%",
    _mail(
        "Έτοιμοι για τον χειμώνα;",
        _p("Γεια σας {{vocative|φίλε πελάτη}},"),
        _p(
            "οι πρώτες βροχές έρχονται και τα ελαστικά είναι το μόνο σημείο του αυτοκινήτου που ακουμπά τον δρόμο. "
            "Έως το τέλος του μήνα σας προσφέρουμε:"
        ),
        _list(
            "έκπτωση <strong>έως 20%</strong> σε χειμερινά και ελαστικά τεσσάρων εποχών,",
            "δωρεάν τοποθέτηση και ζυγοστάθμιση με την αγορά τεσσάρων ελαστικών,",
            "φύλαξη των θερινών σας ελαστικών με 30 € τη σεζόν.",
        ),
        _button("Δείτε τις προσφορές", "/prosfores/cheimerina?utm_source=email"),
        _p("Κλείστε ραντεβού στο κατάστημά μας ή απαντήστε σε αυτό το μήνυμα και θα σας τηλεφωνήσουμε."),
    ),
)
FLEET: Final = CampaignText(
    "Ελαστικά στόλου: ετήσια συμφωνία",
    "Λιγότερα έξοδα ελαστικών για {{company|την επιχείρησή σας}}",
    _mail(
        "Ένας συνεργάτης για όλο τον στόλο σας",
        _p("Αξιότιμοι συνεργάτες,"),
        _p(
            "για {{company|την επιχείρησή σας}} ετοιμάσαμε μια πρόταση που κρατά τα οχήματα στον δρόμο και το κόστος "
            "ανά χιλιόμετρο χαμηλά:"
        ),
        _list(
            "σταθερές τιμές για δώδεκα μήνες,",
            "έλεγχος πιέσεων και βάθους πέλματος κάθε δύο μήνες στον χώρο σας,",
            "οδική βοήθεια ελαστικών όλο το εικοσιτετράωρο,",
            "ένα τιμολόγιο τον μήνα, ανά όχημα.",
        ),
        _button("Ζητήστε προσφορά", "/stoloi?utm_source=email&utm_campaign=stoloi"),
        _p(
            "Αν τα στοιχεία σας έχουν αλλάξει (τηλέφωνο {{phone|–}}, έδρα {{city|–}}), ενημερώστε μας με μια απάντηση "
            "σε αυτό το μήνυμα."
        ),
    ),
)
EVERYONE: Final = CampaignText(
    "Νέο ωράριο και ηλεκτρονικό ραντεβού",
    "Νέο ωράριο και ραντεβού από το κινητό σας",
    _mail(
        "Σας διευκολύνουμε",
        _p("Γεια σας {{vocative|φίλε πελάτη}},"),
        _p(
            "από την επόμενη Δευτέρα το κατάστημά μας είναι ανοιχτό <strong>8:00–20:00</strong> τις καθημερινές και "
            "<strong>8:30–15:00</strong> το Σάββατο. Το ραντεβού σας το κλείνετε πλέον και μέσω διαδικτύου."
        ),
        _button("Κλείστε ραντεβού", "/rantevou?utm_source=email"),
        _p("Η καρτέλα σας είναι στο όνομα {{firstName|φίλε πελάτη}} {{lastName}} με διεύθυνση {{email}}."),
    ),
)
AUTUMN_CHECK: Final = CampaignText(
    "Δωρεάν έλεγχος ελαστικών",
    "{{vocative|Καλημέρα σας}}, δωρεάν έλεγχος των ελαστικών σας",
    _mail(
        "Πέντε λεπτά για την ασφάλειά σας",
        _p("Γεια σας {{vocative|φίλε πελάτη}},"),
        _p(
            "περάστε όποτε σας βολεύει: ελέγχουμε δωρεάν πίεση, βάθος πέλματος, ηλικία και φθορά των ελαστικών σας και "
            "σας δίνουμε γραπτή αναφορά."
        ),
        _button("Πού θα μας βρείτε", "/epikoinonia?utm_source=email&utm_campaign=elegchos"),
        _p(f'Δείτε και τις <a href="{SHOP}/symvoules">συμβουλές μας</a> για τη σωστή πίεση.'),
    ),
)
#: Where readers of `AUTUMN_CHECK` may have clicked.
AUTUMN_LINKS: Final = (f"{SHOP}/epikoinonia?utm_source=email&utm_campaign=elegchos", f"{SHOP}/symvoules")

TEMPLATES: Final = (
    Template(
        "Καλωσόρισμα νέου πελάτη",
        "welcome",
        "Καλώς ήρθατε στην KK Tires",
        _mail(
            "Καλώς ήρθατε!",
            _p("Γεια σας {{vocative|φίλε πελάτη}},"),
            _p(
                "σας ευχαριστούμε που μας εμπιστευτήκατε. Στην καρτέλα σας κρατάμε τα ελαστικά και τις επισκέψεις σας, "
                "ώστε να σας θυμίζουμε έγκαιρα την επόμενη αλλαγή."
            ),
            _button("Γνωρίστε το κατάστημα", "/?utm_source=email"),
        ),
    ),
    Template(
        "Προσφορά μήνα",
        "offers",
        "Η προσφορά του μήνα για εσάς",
        _mail(
            "Η προσφορά του μήνα",
            _p("Γεια σας {{vocative|φίλε πελάτη}},"),
            _p("αυτόν τον μήνα θα βρείτε σε ειδική τιμή:"),
            _list("195/65 R15 από 52 €", "205/55 R16 από 61 €", "225/45 R17 από 78 €"),
            _button("Όλες οι διαστάσεις", "/prosfores?utm_source=email"),
        ),
    ),
    Template(
        "Υπενθύμιση εποχικής αλλαγής",
        "updates",
        "{{vocative|Καλημέρα σας}}, ήρθε η ώρα για αλλαγή ελαστικών",
        _mail(
            "Ώρα για αλλαγή",
            _p("Γεια σας {{vocative|φίλε πελάτη}},"),
            _p("τα ελαστικά της εποχής σάς περιμένουν. Διαλέξτε ημέρα και ώρα και θα τα έχουμε έτοιμα."),
            _button("Κλείστε ραντεβού", "/rantevou?utm_source=email"),
        ),
    ),
    Template(
        "Ευχές γενεθλίων",
        "birthday",
        "Χρόνια πολλά, {{vocative|φίλε πελάτη}}!",
        _mail(
            "Χρόνια πολλά!",
            _p("Σας ευχόμαστε ό,τι καλύτερο, {{vocative|φίλε πελάτη}}."),
            _p("Δώρο μας ένας δωρεάν έλεγχος ευθυγράμμισης μέσα στον μήνα των γενεθλίων σας."),
        ),
    ),
    Template(
        "Ευχαριστούμε για την επίσκεψη",
        "updates",
        "Ευχαριστούμε για την επίσκεψή σας",
        _mail(
            "Σας ευχαριστούμε",
            _p("Γεια σας {{vocative|φίλε πελάτη}},"),
            _p("ελπίζουμε να μείνατε ευχαριστημένοι. Μετά από 50 χλμ. περάστε για δωρεάν έλεγχο σύσφιξης των τροχών."),
            _button("Πείτε μας τη γνώμη σας", "/gnomi?utm_source=email"),
        ),
    ),
)
