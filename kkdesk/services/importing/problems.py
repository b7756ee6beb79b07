"""What is wrong in a file, by row and column, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kkdesk.model.bilingual import Bilingual

#: `refused`: the row is not imported. `mended`: the value is written corrected. `warning`: worth a look; the text says
#: what becomes of the value.
Outcome = Literal["refused", "mended", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One remark about one cell, or about a whole row (`column` is empty then).

    `row` is the row number that a spreadsheet shows, `value` the cell as it is written.
    """

    row: int
    column: str
    value: str
    outcome: Outcome
    what: Bilingual


NO_NAME: Final = Bilingual("Δεν υπάρχει ούτε όνομα ούτε επωνυμία.", "There is neither a name nor a company.")
UNBALANCED_QUOTES: Final = Bilingual(
    "Τα εισαγωγικά ανοίγουν και δεν κλείνουν: το κελί περιέχει και τις επόμενες γραμμές.",
    "A quotation mark is opened and not closed: the cell holds the following rows, too.",
)
TOO_MANY_CELLS: Final = Bilingual(
    "Η γραμμή έχει περισσότερα κελιά από τις επικεφαλίδες. Τα επιπλέον δεν διαβάζονται.",
    "The row has more cells than there are titles. The others are not read.",
)
LOST_DIGITS: Final = Bilingual(
    "Το Excel έκοψε ψηφία από τον αριθμό (γράφτηκε σαν 6,97E+09). Το πεδίο μένει κενό.",
    "Excel has cut digits off the number (it was written like 6.97E+09). The field is left empty.",
)
ZERO_PUT_BACK: Final = Bilingual(
    "Έλειπε το αρχικό μηδέν, που το αφαιρεί το Excel. Προστέθηκε και το ψηφίο ελέγχου ταιριάζει.",
    "The leading zero was missing, as Excel removes it. It was put back, and the check digit agrees.",
)
EMAIL_SPLIT: Final = Bilingual(
    "Το κελί έχει δύο διευθύνσεις. Η δεύτερη γράφεται στο «Δεύτερο e-mail».",
    "The cell holds two addresses. The second goes to “Second e-mail”.",
)
PHONE_SPLIT: Final = Bilingual(
    "Το κελί έχει περισσότερους αριθμούς. Μοιράζονται στα πεδία τηλεφώνου που είναι κενά.",
    "The cell holds several numbers. They are spread over the telephone fields that are empty.",
)
PHONE_LEFT_OVER: Final = Bilingual(
    "Το κελί έχει περισσότερους αριθμούς από όσα πεδία τηλεφώνου είναι κενά. Οι υπόλοιποι δεν γράφονται.",
    "The cell holds more numbers than there are empty telephone fields. The others are not written.",
)
PHONE_KEPT: Final = Bilingual(
    "Δεν είναι έγκυρος αριθμός τηλεφώνου. Γράφεται όπως είναι.",
    "This is not a valid telephone number. It is written as it is.",
)
POSTAL_LEFT_OUT: Final = Bilingual(
    "Δεν είναι ελληνικός ταχυδρομικός κώδικας (5 ψηφία). Το πεδίο μένει κενό.",
    "This is not a Greek postal code (5 digits). The field is left empty.",
)
POSTAL_UNKNOWN: Final = Bilingual(
    "Δεν υπάρχει περιοχή με αυτόν τον ταχυδρομικό κώδικα. Γράφεται όπως είναι.",
    "There is no area with this postal code. It is written as it is.",
)
AFM_LEFT_OUT: Final = Bilingual(
    "Δεν είναι σωστό ΑΦΜ. Το πεδίο μένει κενό.", "Not a right ΑΦΜ. The field is left empty."
)
EMAIL_LEFT_OUT: Final = Bilingual(
    "Δεν είναι σωστή διεύθυνση e-mail. Το πεδίο μένει κενό.",
    "Not a right e-mail address. The field is left empty.",
)
WEBSITE_LEFT_OUT: Final = Bilingual(
    "Δεν είναι διεύθυνση ιστοσελίδας. Το πεδίο μένει κενό.", "This is no web address. The field is left empty."
)
NOT_A_NUMBER: Final = Bilingual(
    "Δεν είναι αριθμός. Το πεδίο μένει κενό.", "This is no number. The field is left empty."
)
OUT_OF_RANGE: Final = Bilingual(
    "Ο αριθμός είναι εκτός ορίων. Το πεδίο μένει κενό.", "The number is out of range. The field is left empty."
)
NOT_A_DAY: Final = Bilingual(
    "Δεν είναι ημερομηνία που υπάρχει. Το πεδίο μένει κενό.", "This is no day that exists. The field is left empty."
)
IN_THE_FUTURE: Final = Bilingual(
    "Η ημερομηνία είναι στο μέλλον. Το πεδίο μένει κενό.", "The day is in the future. The field is left empty."
)
NOT_YES_OR_NO: Final = Bilingual(
    "Δεν είναι ούτε Ναι ούτε Όχι. Το πεδίο μένει όπως είναι.", "Neither yes nor no. The field is left as it is."
)
UNKNOWN_CHOICE: Final = Bilingual(
    "Η τιμή δεν είναι από τις γνωστές. Γράφεται η συνηθισμένη.",
    "The value is none of those known. The usual one is written.",
)
SAME_AS_ROW: Final = Bilingual(
    "Ίδιος πελάτης με προηγούμενη γραμμή του αρχείου. Δεν εισάγεται δεύτερη φορά.",
    "The same customer as an earlier row of the file. It is not imported twice.",
)
LIKE_ROW: Final = Bilingual(
    "Μοιάζει με προηγούμενη γραμμή του αρχείου. Εισάγονται και οι δύο.",
    "Looks like an earlier row of the file. Both are imported.",
)
SEVERAL_MATCH: Final = Bilingual(
    "Ταιριάζει με περισσότερους από έναν πελάτες. Λαμβάνεται υπόψη ο παλαιότερος.",
    "Several customers match. The oldest is taken.",
)
STAYS_UNSUBSCRIBED: Final = Bilingual(
    "Η διεύθυνση έχει ζητήσει να μη λαμβάνει e-mail. Ο πελάτης μένει διαγραμμένος από τα e-mail.",
    "The address has asked for no e-mail. The customer stays unsubscribed.",
)
OPT_OUT_SKIPPED: Final = Bilingual(
    "Η γραμμή λέει ότι ο πελάτης δεν θέλει e-mail. Διαγράφεται από τα e-mail, αν και η γραμμή παραλείπεται.",
    "The row says that the customer wants no e-mail. The customer is unsubscribed although the row is skipped.",
)
