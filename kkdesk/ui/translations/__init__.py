"""Translations: English sources in the code, Greek in one `.ts` file per area, plurals of English in `plurals_en.ts`.

After changing a text in the window:

    .venv/bin/python -m kkdesk.ui.translations.build --update customers    # new texts into that .ts file
    (write the Greek: in each new <message>, fill in <translation> and remove type="unfinished")
    .venv/bin/python -m kkdesk.ui.translations.build             # makes kkdesk_el.qm and kkdesk_en.qm

Commit the .ts and the .qm files. In code: `self.tr("Delete")` in a QObject, `QCoreApplication.translate("Area",
"Delete")` elsewhere, `QT_TRANSLATE_NOOP("Area", "Delete")` (kkdesk.ui.marking) for texts in tables of constants.
Always literals. Numbers: `self.tr("%n customer(s)", None, count)`; give both plural forms in both languages, with
`%Ln` for the number, which writes 1200 as "1.200" or "1,200".
Other values: `self.tr("Page %1").replace("%1", name)`; never an f-string inside tr().
"""
