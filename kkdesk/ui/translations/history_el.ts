<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="el_GR" sourcelanguage="en_GB">
<context>
    <name>HistoryModel</name>
    <message>
        <source>When</source>
        <extracomment>The whole `PastChange` of a row.</extracomment>
        <translation>Πότε</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Αλλαγή</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>Εγγραφές</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>Ποιος</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Κατάσταση</translation>
    </message>
    <message>
        <source>Undone</source>
        <translation>Αναιρέθηκε</translation>
    </message>
</context>
<context>
    <name>HistoryPage</name>
    <message>
        <source>Undo this change</source>
        <translation>Αναίρεση αλλαγής</translation>
    </message>
    <message>
        <source>Change history</source>
        <translation>Ιστορικό αλλαγών</translation>
    </message>
    <message>
        <source>Deletions, bulk edits and imports can be undone for 30 days.</source>
        <translation>Διαγραφές, μαζικές αλλαγές και εισαγωγές μπορούν να αναιρεθούν για 30 ημέρες.</translation>
    </message>
    <message>
        <source>Undo the selected change</source>
        <translation>Αναίρεση της επιλεγμένης αλλαγής</translation>
    </message>
    <message>
        <source>Undoing: %1</source>
        <translation>Γίνεται αναίρεση: %1</translation>
    </message>
    <message>
        <source>Undone: %1</source>
        <translation>Αναιρέθηκε: %1</translation>
    </message>
    <message>
        <source>No changes yet</source>
        <translation>Δεν υπάρχουν αλλαγές ακόμη</translation>
    </message>
    <message>
        <source>Whatever you delete, change in bulk or import is listed here and can be undone for 30 days.</source>
        <translation>Ό,τι διαγράφετε, αλλάζετε μαζικά ή εισάγετε εμφανίζεται εδώ και μπορεί να αναιρεθεί για 30 ημέρες.</translation>
    </message>
</context>
</TS>
