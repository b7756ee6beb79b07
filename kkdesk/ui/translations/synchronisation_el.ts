<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="el_GR" sourcelanguage="en_GB">
<context>
    <name>ConflictView</name>
    <message>
        <source>Give up…</source>
        <extracomment>Values that are decided one by one; a change of thousands of records is decided as a whole. A `dict[Guard, Decision]`. One record to delete, or more values than anybody decides one by one.</extracomment>
        <translation>Εγκατάλειψη…</translation>
    </message>
    <message>
        <source>Accept the deletion</source>
        <translation>Αποδοχή της διαγραφής</translation>
    </message>
    <message>
        <source>You: %1</source>
        <translation>Εσείς: %1</translation>
    </message>
    <message>
        <source>Somebody else</source>
        <translation>Κάποιος άλλος</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>Τα δικά μου</translation>
    </message>
    <message>
        <source>Theirs</source>
        <translation>Τα δικά τους</translation>
    </message>
    <message numerus="yes">
        <source>And %n more value(s): so many are decided together.</source>
        <translation>
            <numerusform>Και %Ln ακόμη τιμή: τόσες πολλές αποφασίζονται μαζί.</numerusform>
            <numerusform>Και %Ln ακόμη τιμές: τόσες πολλές αποφασίζονται μαζί.</numerusform>
        </translation>
    </message>
    <message>
        <source>What you changed is no longer there. Should the deletion have been a mistake, it can be undone in the change history; then try again here.</source>
        <translation>Η εγγραφή που αλλάξατε δεν υπάρχει πια. Αν η διαγραφή έγινε κατά λάθος, μπορεί να αναιρεθεί από το ιστορικό αλλαγών· έπειτα δοκιμάστε ξανά εδώ.</translation>
    </message>
    <message>
        <source>You deleted what somebody else has edited in the meantime. Nothing has been deleted yet.</source>
        <translation>Διαγράψατε κάτι που στο μεταξύ επεξεργάστηκε κάποιος άλλος. Δεν έχει διαγραφεί ακόμη τίποτα.</translation>
    </message>
    <message>
        <source>The database gave no reason.</source>
        <translation>Η βάση δεν έδωσε αιτία.</translation>
    </message>
    <message>
        <source>The company&apos;s database did not take this change; nothing of it was written. Try again once the cause is gone, or give it up and enter it anew.</source>
        <translation>Η βάση της εταιρείας δεν δέχτηκε αυτή την αλλαγή και δεν έγραψε τίποτα από αυτήν. Δοκιμάστε ξανά όταν εκλείψει η αιτία ή εγκαταλείψτε την και καταχωρίστε την εκ νέου.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Νέα προσπάθεια</translation>
    </message>
    <message>
        <source>Delete anyway</source>
        <translation>Διαγραφή παρ&apos; όλα αυτά</translation>
    </message>
    <message>
        <source>Keep all of mine</source>
        <translation>Κρατώ όλα τα δικά μου</translation>
    </message>
    <message>
        <source>Do not delete</source>
        <translation>Να μη διαγραφεί</translation>
    </message>
    <message>
        <source>Take all of theirs</source>
        <translation>Δέχομαι όλα τα δικά τους</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>Εφαρμογή</translation>
    </message>
    <message>
        <source>Choose for every value first</source>
        <translation>Επιλέξτε πρώτα για κάθε τιμή</translation>
    </message>
</context>
<context>
    <name>Conflicts</name>
    <message>
        <source>Nothing to decide</source>
        <extracomment>A `KeptConflict` and a `dict[Guard, Decision]`.</extracomment>
        <translation>Καμία εκκρεμής απόφαση</translation>
    </message>
    <message>
        <source>Should you and somebody else change the same, both values will be kept here for you.</source>
        <translation>Αν αλλάξετε το ίδιο στοιχείο εσείς και κάποιος άλλος, θα φυλαχτούν εδώ και οι δύο τιμές για να αποφασίσετε.</translation>
    </message>
</context>
<context>
    <name>CountWords</name>
    <message numerus="yes">
        <source>Sending %n change(s)…</source>
        <translation>
            <numerusform>Αποστολή %Ln αλλαγής…</numerusform>
            <numerusform>Αποστολή %Ln αλλαγών…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) waiting</source>
        <translation>
            <numerusform>%Ln αλλαγή περιμένει</numerusform>
            <numerusform>%Ln αλλαγές περιμένουν</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) a decision</source>
        <translation>
            <numerusform>%Ln θέλει απόφαση</numerusform>
            <numerusform>%Ln θέλουν απόφαση</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rule(s)</source>
        <translation>
            <numerusform>%Ln κανόνας</numerusform>
            <numerusform>%Ln κανόνες</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FieldDecision</name>
    <message>
        <source>%1, mine: %2</source>
        <translation>%1, η δική μου τιμή: %2</translation>
    </message>
    <message>
        <source>%1, theirs: %2</source>
        <translation>%1, η δική τους τιμή: %2</translation>
    </message>
    <message>
        <source>%1, another value</source>
        <translation>%1, άλλη τιμή</translation>
    </message>
    <message>
        <source>Another…</source>
        <translation>Άλλη τιμή…</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>New access key…</source>
        <translation>Νέο κλειδί πρόσβασης…</translation>
    </message>
    <message>
        <source>The company&apos;s database no longer takes the access key. Your changes are kept and will be sent once a new key is given.</source>
        <translation>Η βάση της εταιρείας δεν δέχεται πια το κλειδί πρόσβασης. Οι αλλαγές σας φυλάσσονται και θα σταλούν μόλις δώσετε νέο κλειδί.</translation>
    </message>
    <message>
        <source>The company&apos;s database cannot be reached. Work on as usual: your changes are sent later.</source>
        <translation>Η βάση της εταιρείας δεν είναι προσβάσιμη. Συνεχίστε κανονικά: οι αλλαγές σας θα σταλούν αργότερα.</translation>
    </message>
    <message>
        <source>The disk is full. Your changes are safe; make room so that synchronising can go on.</source>
        <translation>Ο δίσκος είναι γεμάτος. Οι αλλαγές σας είναι ασφαλείς· ελευθερώστε χώρο για να συνεχιστεί ο συγχρονισμός.</translation>
    </message>
    <message>
        <source>First synchronisation: the company&apos;s data is being fetched</source>
        <translation>Πρώτος συγχρονισμός: λαμβάνονται τα δεδομένα της εταιρείας</translation>
    </message>
    <message>
        <source>The copy on this computer was damaged and is being fetched again; nothing of yours is lost</source>
        <translation>Το αντίγραφο σε αυτόν τον υπολογιστή είχε βλάβη και λαμβάνεται ξανά· δεν χάθηκε τίποτα δικό σας</translation>
    </message>
</context>
<context>
    <name>SyncModel</name>
    <message>
        <source>When</source>
        <translation>Πότε</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Αλλαγή</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Έκβαση</translation>
    </message>
    <message>
        <source>Settled</source>
        <translation>Διεκπεραιώθηκε</translation>
    </message>
    <message>
        <source>Given up</source>
        <translation>Εγκαταλείφθηκε</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Στάλθηκε</translation>
    </message>
</context>
<context>
    <name>SyncValues</name>
    <message>
        <source>Deletion</source>
        <extracomment>Columns that only the program writes: nobody decides about them, nor reads them. What columns are called in tables that have no form of fields. One record of each table: its name in a sentence, and what is said of one that somebody deleted.</extracomment>
        <translation>Διαγραφή</translation>
    </message>
    <message>
        <source>Your changes</source>
        <translation>Οι αλλαγές σας</translation>
    </message>
    <message>
        <source>Edited in the meantime</source>
        <translation>Άλλαξε στο μεταξύ</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ναι</translation>
    </message>
    <message>
        <source>No</source>
        <translation>Όχι</translation>
    </message>
</context>
<context>
    <name>SyncWords</name>
    <message>
        <source>Working locally</source>
        <translation>Τοπική εργασία</translation>
    </message>
    <message>
        <source>Another program synchronises</source>
        <translation>Συγχρονίζει άλλο πρόγραμμα</translation>
    </message>
    <message>
        <source>Sign in again</source>
        <translation>Συνδεθείτε ξανά</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>Ο δίσκος είναι γεμάτος</translation>
    </message>
    <message>
        <source>First synchronisation</source>
        <translation>Πρώτος συγχρονισμός</translation>
    </message>
    <message>
        <source>Rebuilding the copy</source>
        <translation>Ανανέωση αντιγράφου</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Εκτός σύνδεσης</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Σύνδεση…</translation>
    </message>
    <message>
        <source>Synchronising…</source>
        <translation>Συγχρονισμός…</translation>
    </message>
    <message>
        <source>Up to date %1</source>
        <translation>Ενημερωμένο %1</translation>
    </message>
    <message>
        <source>Not synchronised yet</source>
        <translation>Δεν έχει γίνει ακόμη συγχρονισμός</translation>
    </message>
    <message>
        <source>Last synchronised: %1</source>
        <translation>Τελευταίος συγχρονισμός: %1</translation>
    </message>
    <message>
        <source>Everything is on this computer.</source>
        <translation>Όλα βρίσκονται σε αυτόν τον υπολογιστή.</translation>
    </message>
    <message>
        <source>Pages received: %1</source>
        <translation>Σελίδες βάσης που λήφθηκαν: %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 από %2</translation>
    </message>
</context>
<context>
    <name>SynchronisationPage</name>
    <message>
        <source>Synchronise now</source>
        <extracomment>Rows of each list; what is more is counted, and comes up as the first ones leave. While changes stream out the lists follow at this pace: reading them must not slow the sending.</extracomment>
        <translation>Συγχρονισμός τώρα</translation>
    </message>
    <message>
        <source>Synchronisation</source>
        <translation>Συγχρονισμός</translation>
    </message>
    <message>
        <source>Show waiting changes</source>
        <translation>Εμφάνιση όσων περιμένουν</translation>
    </message>
    <message>
        <source>Show what needs a decision</source>
        <translation>Εμφάνιση όσων θέλουν απόφαση</translation>
    </message>
    <message>
        <source>Show what was sent</source>
        <translation>Εμφάνιση όσων στάλθηκαν</translation>
    </message>
    <message>
        <source>Apply what was chosen</source>
        <translation>Εφαρμογή των επιλογών</translation>
    </message>
    <message>
        <source>Synchronising…</source>
        <translation>Συγχρονισμός…</translation>
    </message>
    <message>
        <source>Everything is up to date</source>
        <translation>Όλα είναι ενημερωμένα</translation>
    </message>
    <message>
        <source>Give this change up?</source>
        <translation>Να εγκαταλειφθεί αυτή η αλλαγή;</translation>
    </message>
    <message>
        <source>“%1” will not be carried out. It stays in the list of what was sent, marked as given up.</source>
        <translation>Η αλλαγή «%1» δεν θα γίνει. Μένει στο ιστορικό με την ένδειξη «Εγκαταλείφθηκε».</translation>
    </message>
    <message>
        <source>Give the change up</source>
        <translation>Εγκατάλειψη της αλλαγής</translation>
    </message>
    <message numerus="yes">
        <source>And %n more change(s) after these.</source>
        <translation>
            <numerusform>Και %Ln ακόμη αλλαγή μετά από αυτές.</numerusform>
            <numerusform>Και %Ln ακόμη αλλαγές μετά από αυτές.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing is waiting</source>
        <translation>Δεν περιμένει τίποτα</translation>
    </message>
    <message>
        <source>All your changes have been sent.</source>
        <translation>Όλες οι αλλαγές σας έχουν σταλεί.</translation>
    </message>
    <message>
        <source>Nothing sent yet</source>
        <translation>Δεν έχει σταλεί τίποτα ακόμη</translation>
    </message>
    <message>
        <source>Changes of this computer are listed.</source>
        <translation>Εδώ θα φαίνονται οι αλλαγές αυτού του υπολογιστή.</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Περιμένουν</translation>
    </message>
    <message>
        <source>To decide</source>
        <translation>Θέλουν απόφαση</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Ιστορικό</translation>
    </message>
    <message>
        <source>You are working locally</source>
        <translation>Εργάζεστε τοπικά</translation>
    </message>
    <message>
        <source>All data is on this computer. Connect to the company&apos;s database to work on the same data as your colleagues, with or without a network.</source>
        <translation>Όλα τα δεδομένα βρίσκονται σε αυτόν τον υπολογιστή. Συνδεθείτε με τη βάση της εταιρείας για να δουλεύετε στα ίδια δεδομένα με τους συναδέλφους σας, με ή χωρίς δίκτυο.</translation>
    </message>
    <message>
        <source>Connect to the company&apos;s database…</source>
        <translation>Σύνδεση με τη βάση της εταιρείας…</translation>
    </message>
    <message>
        <source>Another program synchronises</source>
        <translation>Συγχρονίζει άλλο πρόγραμμα</translation>
    </message>
    <message>
        <source>KK Desk already synchronises this data elsewhere on this computer. Your changes go with it.</source>
        <translation>Τα δεδομένα αυτά τα συγχρονίζει ήδη άλλη διεργασία του KK Desk σε αυτόν τον υπολογιστή. Οι αλλαγές σας στέλνονται μαζί.</translation>
    </message>
    <message>
        <source>Your decision is being carried out</source>
        <translation>Η απόφασή σας εφαρμόζεται</translation>
    </message>
    <message>
        <source>The change is being sent again</source>
        <translation>Η αλλαγή στέλνεται ξανά</translation>
    </message>
    <message>
        <source>The change was given up</source>
        <translation>Η αλλαγή εγκαταλείφθηκε</translation>
    </message>
</context>
</TS>
