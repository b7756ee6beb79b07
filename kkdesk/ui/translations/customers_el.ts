<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="el_GR" sourcelanguage="en_GB">
<context>
    <name>CustomerActions</name>
    <message>
        <source>Tagging…</source>
        <translation>Προσθήκη ετικέτας…</translation>
    </message>
    <message>
        <source>Removing the tag…</source>
        <translation>Αφαίρεση ετικέτας…</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n customer(s)?</source>
        <extracomment>A form that waits while one looks at a customer who may be the same.</extracomment>
        <translation>
            <numerusform>Διαγραφή %Ln πελάτη;</numerusform>
            <numerusform>Διαγραφή %Ln πελατών;</numerusform>
        </translation>
    </message>
    <message>
        <source>Their tags, notes and history go with them. It can be undone for 30 days.</source>
        <translation>Μαζί διαγράφονται οι ετικέτες, οι σημειώσεις και το ιστορικό τους. Η αναίρεση είναι δυνατή για 30 ημέρες.</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n customer(s)</source>
        <translation>
            <numerusform>Διαγραφή %Ln πελάτη</numerusform>
            <numerusform>Διαγραφή %Ln πελατών</numerusform>
        </translation>
    </message>
    <message>
        <source>Deleting…</source>
        <translation>Διαγραφή…</translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) deleted</source>
        <translation>
            <numerusform>Διαγράφηκε %Ln πελάτης</numerusform>
            <numerusform>Διαγράφηκαν %Ln πελάτες</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Edit %n customer(s)</source>
        <translation>
            <numerusform>Επεξεργασία %Ln πελάτη</numerusform>
            <numerusform>Επεξεργασία %Ln πελατών</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Change %n customer(s)</source>
        <translation>
            <numerusform>Αλλαγή σε %Ln πελάτη</numerusform>
            <numerusform>Αλλαγή σε %Ln πελάτες</numerusform>
        </translation>
    </message>
    <message>
        <source>Unsubscribing…</source>
        <translation>Διαγραφή από τα ενημερωτικά…</translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) get no more mails</source>
        <translation>
            <numerusform>%Ln πελάτης δεν θα λαμβάνει πλέον ενημερωτικά</numerusform>
            <numerusform>%Ln πελάτες δεν θα λαμβάνουν πλέον ενημερωτικά</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Mail %n customer(s) again?</source>
        <translation>
            <numerusform>Να λαμβάνει ξανά ενημερωτικά %Ln πελάτης;</numerusform>
            <numerusform>Να λαμβάνουν ξανά ενημερωτικά %Ln πελάτες;</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Mail %n customer(s) again</source>
        <translation>
            <numerusform>Επανεγγραφή %Ln πελάτη</numerusform>
            <numerusform>Επανεγγραφή %Ln πελατών</numerusform>
        </translation>
    </message>
    <message>
        <source>Subscribing again…</source>
        <translation>Επανεγγραφή…</translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) get mails again</source>
        <translation>
            <numerusform>%Ln πελάτης θα λαμβάνει ξανά ενημερωτικά</numerusform>
            <numerusform>%Ln πελάτες θα λαμβάνουν ξανά ενημερωτικά</numerusform>
        </translation>
    </message>
    <message>
        <source>Changing…</source>
        <translation>Αλλαγή στοιχείων…</translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) changed</source>
        <translation>
            <numerusform>Άλλαξε %Ln πελάτης</numerusform>
            <numerusform>Άλλαξαν %Ln πελάτες</numerusform>
        </translation>
    </message>
    <message>
        <source>New tag</source>
        <translation>Νέα ετικέτα</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Όνομα</translation>
    </message>
    <message>
        <source>Create and add</source>
        <translation>Δημιουργία και προσθήκη</translation>
    </message>
    <message numerus="yes">
        <source>Tag added to %n customer(s)</source>
        <translation>
            <numerusform>Η ετικέτα μπήκε σε %Ln πελάτη</numerusform>
            <numerusform>Η ετικέτα μπήκε σε %Ln πελάτες</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Tag removed from %n customer(s)</source>
        <translation>
            <numerusform>Η ετικέτα αφαιρέθηκε από %Ln πελάτη</numerusform>
            <numerusform>Η ετικέτα αφαιρέθηκε από %Ln πελάτες</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Opens and clicks of %n customer(s) are tracked</source>
        <translation>
            <numerusform>Τα ανοίγματα και τα κλικ %Ln πελάτη καταγράφονται</numerusform>
            <numerusform>Τα ανοίγματα και τα κλικ %Ln πελατών καταγράφονται</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Opens and clicks of %n customer(s) are not tracked any more</source>
        <translation>
            <numerusform>Τα ανοίγματα και τα κλικ %Ln πελάτη δεν καταγράφονται πια</numerusform>
            <numerusform>Τα ανοίγματα και τα κλικ %Ln πελατών δεν καταγράφονται πια</numerusform>
        </translation>
    </message>
    <message>
        <source>Back to the form</source>
        <translation>Επιστροφή στη φόρμα</translation>
    </message>
    <message>
        <source>The form has been put aside</source>
        <translation>Η φόρμα κρατήθηκε στην άκρη</translation>
    </message>
    <message>
        <source>Saved: %1</source>
        <translation>Αποθηκεύτηκε: %1</translation>
    </message>
</context>
<context>
    <name>CustomerColumns</name>
    <message>
        <source>Name</source>
        <extracomment>Titles shorter than the field&apos;s own, which would be cut. Fields that are shown in the detail pane only: a column of them would say nothing.</extracomment>
        <translation>Όνομα</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Ετικέτες</translation>
    </message>
</context>
<context>
    <name>CustomerDialogs</name>
    <message>
        <source>The chosen field gets the same value in all of them. It can be undone for 30 days.</source>
        <translation>Το πεδίο παίρνει την ίδια τιμή σε όλους. Η αναίρεση είναι δυνατή για 30 ημέρες.</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Πεδίο</translation>
    </message>
    <message>
        <source>New value</source>
        <translation>Νέα τιμή</translation>
    </message>
    <message>
        <source>Left empty, it is emptied in all of them.</source>
        <translation>Αν μείνει κενό, θα αδειάσει σε όλους.</translation>
    </message>
    <message>
        <source>Somebody else changed this customer</source>
        <extracomment>Pixels: two addresses side by side.</extracomment>
        <translation>Κάποιος άλλος άλλαξε αυτόν τον πελάτη</translation>
    </message>
    <message>
        <source>Choose which value to keep for each field. Your other changes are kept.</source>
        <translation>Διαλέξτε ποια τιμή κρατάτε σε κάθε πεδίο. Οι υπόλοιπες αλλαγές σας διατηρούνται.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Αποθήκευση</translation>
    </message>
    <message>
        <source>Theirs</source>
        <translation>Του άλλου</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>Δική μου</translation>
    </message>
</context>
<context>
    <name>CustomerEditor</name>
    <message>
        <source>Edit customer</source>
        <extracomment>Milliseconds without a key after which the form looks for duplicates. Pixels to keep free around the field in question, and of the window behind the form. Possible duplicates named in the warning. Fields that tell two customers to be the same, and those that are looked up.</extracomment>
        <translation>Επεξεργασία πελάτη</translation>
    </message>
    <message>
        <source>New customer</source>
        <translation>Νέος πελάτης</translation>
    </message>
    <message>
        <source>Do not track opens and clicks</source>
        <translation>Χωρίς καταγραφή ανοιγμάτων και κλικ</translation>
    </message>
    <message>
        <source>There may already be such a customer: %1</source>
        <translation>Ίσως υπάρχει ήδη τέτοιος πελάτης: %1</translation>
    </message>
    <message>
        <source>There are unsaved changes. Press Escape again to drop them.</source>
        <translation>Υπάρχουν αλλαγές που δεν αποθηκεύτηκαν. Πατήστε ξανά Escape για να τις αφήσετε.</translation>
    </message>
    <message>
        <source>Open it</source>
        <translation>Άνοιγμα</translation>
    </message>
    <message>
        <source>Newsletters</source>
        <translation>Ενημερωτικά</translation>
    </message>
    <message>
        <source>Then nobody sees whether they open our mails or which links they click.</source>
        <translation>Τότε κανείς δεν βλέπει αν ανοίγει τα μηνύματά μας ή ποιους συνδέσμους πατά.</translation>
    </message>
    <message>
        <source>Ctrl+S saves</source>
        <translation>Αποθήκευση με Ctrl+S</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Άκυρο</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Αποθήκευση</translation>
    </message>
    <message>
        <source>Did you mean %1?</source>
        <translation>Μήπως εννοείτε %1;</translation>
    </message>
</context>
<context>
    <name>CustomerFields</name>
    <message>
        <source>Yes</source>
        <translation>Ναι</translation>
    </message>
    <message>
        <source>dd/mm/yyyy</source>
        <translation>ηη/μμ/εεεε</translation>
    </message>
</context>
<context>
    <name>CustomerListing</name>
    <message>
        <source>Name, company, e-mail, phone, ΑΦΜ, town, postal code…</source>
        <extracomment>Selections up to this size are found again after a refresh. Seconds in which the first rows are painted, before anything else is done. Seconds between two looks at how far the search index is, while nobody is shown and while somebody is. What `CustomerList.refresh` said when the list was read.</extracomment>
        <translation>Όνομα, επωνυμία, e-mail, τηλέφωνο, ΑΦΜ, πόλη, Τ.Κ.…</translation>
    </message>
    <message>
        <source>Preparing the search</source>
        <translation>Ετοιμάζεται η αναζήτηση</translation>
    </message>
    <message>
        <source>Preparing the search: %1 of %2</source>
        <translation>Ετοιμάζεται η αναζήτηση: %1 από %2</translation>
    </message>
    <message>
        <source>Nobody found</source>
        <translation>Δεν βρέθηκε κανείς</translation>
    </message>
    <message>
        <source>Try fewer letters, or clear the filters. Accents, capitals and Greeklish do not matter.</source>
        <translation>Δοκιμάστε λιγότερα γράμματα ή καθαρίστε τα φίλτρα. Τόνοι, κεφαλαία και greeklish δεν παίζουν ρόλο.</translation>
    </message>
    <message>
        <source>Clear search and filters</source>
        <translation>Καθαρισμός αναζήτησης και φίλτρων</translation>
    </message>
    <message>
        <source>No customers yet</source>
        <translation>Δεν υπάρχουν ακόμη πελάτες</translation>
    </message>
    <message>
        <source>Bring them in from Excel, or enter the first one by hand.</source>
        <translation>Φέρτε τους από το Excel ή καταχωρίστε τον πρώτο με το χέρι.</translation>
    </message>
    <message>
        <source>Import from a file</source>
        <translation>Εισαγωγή από αρχείο</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Στήλες</translation>
    </message>
</context>
<context>
    <name>CustomerPane</name>
    <message>
        <source>Details</source>
        <extracomment>Said in the head already. Letters of a word that have room beside a caption.</extracomment>
        <translation>Στοιχεία</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Σημειώσεις</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>Ιστορικό</translation>
    </message>
    <message>
        <source>Why no mail is sent</source>
        <translation>Γιατί δεν λαμβάνει μηνύματα</translation>
    </message>
    <message>
        <source>Close the details</source>
        <translation>Κλείσιμο στοιχείων</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Επεξεργασία</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>E-mail</translation>
    </message>
    <message>
        <source>Call</source>
        <translation>Κλήση</translation>
    </message>
    <message>
        <source>VIP</source>
        <extracomment>What changes the customer.</extracomment>
        <translation>VIP</translation>
    </message>
    <message>
        <source>Inactive</source>
        <translation>Ανενεργός</translation>
    </message>
    <message>
        <source>Unsubscribed</source>
        <translation>Διαγραμμένος</translation>
    </message>
    <message>
        <source>Not tracked</source>
        <translation>Χωρίς καταγραφή</translation>
    </message>
    <message>
        <source>Opens and clicks of this customer are not tracked</source>
        <translation>Τα ανοίγματα και τα κλικ αυτού του πελάτη δεν καταγράφονται</translation>
    </message>
    <message>
        <source>New tag…</source>
        <translation>Νέα ετικέτα…</translation>
    </message>
    <message>
        <source>Add tag</source>
        <translation>Ετικέτα</translation>
    </message>
</context>
<context>
    <name>CustomersPage</name>
    <message>
        <source>Customers</source>
        <extracomment>None until the list has been counted: no start of the window waits for them.</extracomment>
        <translation>Πελάτες</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Εισαγωγή</translation>
    </message>
    <message>
        <source>New customer</source>
        <translation>Νέος πελάτης</translation>
    </message>
    <message>
        <source>This customer is no longer there.</source>
        <translation>Αυτός ο πελάτης δεν υπάρχει πια.</translation>
    </message>
    <message>
        <source>Edit customer</source>
        <translation>Επεξεργασία πελάτη</translation>
    </message>
    <message>
        <source>Delete selected customers</source>
        <translation>Διαγραφή επιλεγμένων πελατών</translation>
    </message>
    <message>
        <source>Select all customers</source>
        <translation>Επιλογή όλων των πελατών</translation>
    </message>
    <message>
        <source>Choose the columns of the list</source>
        <translation>Επιλογή στηλών της λίστας</translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s)</source>
        <translation>
            <numerusform>%Ln πελάτης</numerusform>
            <numerusform>%Ln πελάτες</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 από %2</translation>
    </message>
    <message>
        <source>Note deleted</source>
        <translation>Η σημείωση διαγράφηκε</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Επεξεργασία…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Διαγραφή</translation>
    </message>
    <message>
        <source>Columns…</source>
        <translation>Στήλες…</translation>
    </message>
    <message>
        <source>Unsubscribe from newsletters</source>
        <translation>Διαγραφή από τα ενημερωτικά</translation>
    </message>
    <message>
        <source>Subscribe again…</source>
        <translation>Επανεγγραφή στα ενημερωτικά…</translation>
    </message>
    <message>
        <source>Opens and clicks</source>
        <translation>Ανοίγματα και κλικ</translation>
    </message>
    <message>
        <source>Do not track them</source>
        <translation>Να μην καταγράφονται</translation>
    </message>
    <message>
        <source>Track them again</source>
        <translation>Να καταγράφονται ξανά</translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message>
        <source>Category</source>
        <extracomment>Towns offered at once; the field above them finds the rest.</extracomment>
        <translation>Κατηγορία</translation>
    </message>
    <message>
        <source>Town</source>
        <translation>Πόλη</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Ετικέτα</translation>
    </message>
    <message>
        <source>VIP</source>
        <translation>VIP</translation>
    </message>
    <message>
        <source>Not VIP</source>
        <translation>Όχι VIP</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>E-mail</translation>
    </message>
    <message>
        <source>With e-mail</source>
        <translation>Με e-mail</translation>
    </message>
    <message>
        <source>Without e-mail</source>
        <translation>Χωρίς e-mail</translation>
    </message>
    <message>
        <source>Newsletters</source>
        <translation>Ενημερωτικά</translation>
    </message>
    <message>
        <source>Subscribed</source>
        <translation>Λαμβάνουν μηνύματα</translation>
    </message>
    <message>
        <source>Unsubscribed</source>
        <translation>Διαγραμμένος</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>Ενεργοί</translation>
    </message>
    <message>
        <source>Active only</source>
        <translation>Μόνο ενεργοί</translation>
    </message>
    <message>
        <source>Inactive only</source>
        <translation>Μόνο ανενεργοί</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Καθαρισμός φίλτρων</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>ναι</translation>
    </message>
    <message>
        <source>no</source>
        <translation>όχι</translation>
    </message>
    <message>
        <source>No tags yet</source>
        <translation>Δεν υπάρχουν ετικέτες</translation>
    </message>
    <message>
        <source>Find a town…</source>
        <translation>Βρείτε πόλη…</translation>
    </message>
    <message numerus="yes">
        <source>%n more…</source>
        <translation>
            <numerusform>%Ln ακόμη…</numerusform>
            <numerusform>%Ln ακόμη…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NotesView</name>
    <message>
        <source>Write a note…</source>
        <extracomment>Whose notes are shown. What was begun and not saved, by customer: it must not end up with the next one.</extracomment>
        <translation>Γράψτε μια σημείωση…</translation>
    </message>
    <message>
        <source>New note</source>
        <translation>Νέα σημείωση</translation>
    </message>
    <message>
        <source>Ctrl+Enter saves</source>
        <translation>Αποθήκευση με Ctrl+Enter</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Άκυρο</translation>
    </message>
    <message>
        <source>Save note</source>
        <translation>Αποθήκευση</translation>
    </message>
    <message>
        <source>No notes yet.</source>
        <translation>Δεν υπάρχουν σημειώσεις.</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Ξεκαρφίτσωμα</translation>
    </message>
    <message>
        <source>Pin on top</source>
        <translation>Καρφίτσωμα στην κορυφή</translation>
    </message>
    <message>
        <source>Edit note</source>
        <translation>Επεξεργασία σημείωσης</translation>
    </message>
    <message>
        <source>Delete note</source>
        <translation>Διαγραφή σημείωσης</translation>
    </message>
</context>
<context>
    <name>SelectionBar</name>
    <message>
        <source>Tags</source>
        <translation>Ετικέτες</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>Επεξεργασία…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Εξαγωγή</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Διαγραφή</translation>
    </message>
    <message numerus="yes">
        <source>%n selected</source>
        <extracomment>What changes customers.</extracomment>
        <translation>
            <numerusform>%Ln επιλεγμένος</numerusform>
            <numerusform>%Ln επιλεγμένοι</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Select all %n</source>
        <translation>
            <numerusform>Επιλογή και των %Ln</numerusform>
            <numerusform>Επιλογή και των %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>New tag…</source>
        <translation>Νέα ετικέτα…</translation>
    </message>
    <message>
        <source>Remove a tag</source>
        <translation>Αφαίρεση ετικέτας</translation>
    </message>
</context>
<context>
    <name>TimelineView</name>
    <message>
        <source>Nothing has been recorded yet.</source>
        <translation>Δεν έχει καταγραφεί τίποτα ακόμη.</translation>
    </message>
    <message>
        <source>Show older</source>
        <translation>Παλαιότερα</translation>
    </message>
</context>
</TS>
