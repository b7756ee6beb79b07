<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="el_GR" sourcelanguage="en_GB">
<context>
    <name>ColumnChooser</name>
    <message>
        <source>Columns of the list</source>
        <translation>Στήλες της λίστας</translation>
    </message>
    <message>
        <source>Tick what you want to see. Drag a column, or press Alt+↑ and Alt+↓, to move it.</source>
        <translation>Σημειώστε όσες θέλετε να βλέπετε. Για να αλλάξει θέση μια στήλη, σύρετέ την ή πατήστε Alt+↑ και Alt+↓.</translation>
    </message>
    <message>
        <source>Show these columns</source>
        <translation>Εμφάνιση αυτών</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Πάνω</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>Κάτω</translation>
    </message>
    <message>
        <source>As at first</source>
        <translation>Όπως αρχικά</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>What would you like to do?</source>
        <translation>Τι θέλετε να κάνετε;</translation>
    </message>
    <message>
        <source>Actions, pages and records</source>
        <translation>Ενέργειες, σελίδες και εγγραφές</translation>
    </message>
</context>
<context>
    <name>ConnectionSign</name>
    <message>
        <source>Synchronisation: %1</source>
        <extracomment>A fetch that is over sooner is not shown: words that flicker every 15 seconds are no news. Pixels for the words. Whether what takes but a moment is left unsaid.</extracomment>
        <translation>Συγχρονισμός: %1</translation>
    </message>
</context>
<context>
    <name>DataTable</name>
    <message>
        <source>Sort by</source>
        <translation>Ταξινόμηση κατά</translation>
    </message>
    <message>
        <source>Hide “%1”</source>
        <translation>Απόκρυψη «%1»</translation>
    </message>
    <message>
        <source>Columns…</source>
        <translation>Στήλες…</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Sign in first, under Settings: who has not cannot unlock</source>
        <extracomment>Seconds in which the first page comes, before anything beside it is read. What comes after the window has closed. Sends what is queued; outlives the window by the mails that are in flight.</extracomment>
        <translation>Συνδεθείτε πρώτα, στις Ρυθμίσεις: αλλιώς δεν θα μπορείτε να ξεκλειδώσετε</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>Cancel</source>
        <translation>Άκυρο</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Κλείσιμο</translation>
    </message>
</context>
<context>
    <name>FilterChip</name>
    <message>
        <source>Clear this filter</source>
        <translation>Καθαρισμός φίλτρου</translation>
    </message>
</context>
<context>
    <name>Finder</name>
    <message>
        <source>Page</source>
        <extracomment>Typing is waited out for as long, before the database is asked.</extracomment>
        <translation>Σελίδα</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Ενέργεια</translation>
    </message>
</context>
<context>
    <name>Formats</name>
    <message>
        <source>Today</source>
        <translation>Σήμερα</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>Χθες</translation>
    </message>
</context>
<context>
    <name>GlobalSearch</name>
    <message>
        <source>Find a customer, a page or an action</source>
        <translation>Βρείτε πελάτη, σελίδα ή ενέργεια</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Αναζήτηση παντού</translation>
    </message>
</context>
<context>
    <name>Leaving</name>
    <message>
        <source>Not everything could be deleted</source>
        <translation>Δεν διαγράφηκαν όλα</translation>
    </message>
    <message>
        <source>The company does not let this account in</source>
        <translation>Η εταιρεία δεν δίνει πρόσβαση σε αυτόν τον λογαριασμό</translation>
    </message>
    <message>
        <source>The copy of its data on this computer has been deleted. If this is a mistake, talk to an owner and sign in again.</source>
        <translation>Το αντίγραφο των δεδομένων της σε αυτόν τον υπολογιστή διαγράφηκε. Αν πρόκειται για λάθος, μιλήστε με έναν ιδιοκτήτη και συνδεθείτε ξανά.</translation>
    </message>
    <message>
        <source>These could not be deleted; KK Desk tries again when it is opened next:</source>
        <translation>Τα παρακάτω δεν διαγράφηκαν· το KK Desk θα δοκιμάσει ξανά στο επόμενο άνοιγμα:</translation>
    </message>
</context>
<context>
    <name>LockScreen</name>
    <message>
        <source>KK Desk is locked</source>
        <extracomment>Dialogs that were open, and shortcuts that worked.</extracomment>
        <translation>Το KK Desk είναι κλειδωμένο</translation>
    </message>
    <message>
        <source>Sign in as %1 to go on where you were. Nothing has been lost.</source>
        <translation>Συνδεθείτε ως %1 για να συνεχίσετε από εκεί που μείνατε. Δεν χάθηκε τίποτα.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Switch between light and dark</source>
        <extracomment>Below this width the navigation shows icons alone. All of the window&apos;s inside; toasts and the palette lie over it.</extracomment>
        <translation>Εναλλαγή φωτεινού και σκούρου θέματος</translation>
    </message>
</context>
<context>
    <name>Opening</name>
    <message>
        <source>Close</source>
        <translation>Κλείσιμο</translation>
    </message>
    <message>
        <source>This happens once. You may close KK Desk: it goes on from here the next time.</source>
        <translation>Γίνεται μία φορά. Μπορείτε να κλείσετε το KK Desk: την επόμενη φορά θα συνεχίσει από εδώ.</translation>
    </message>
    <message>
        <source>Fetching the company&apos;s data to this computer</source>
        <translation>Λήψη των δεδομένων της εταιρείας σε αυτόν τον υπολογιστή</translation>
    </message>
    <message>
        <source>The copy on this computer was damaged and is fetched again</source>
        <translation>Το αντίγραφο σε αυτόν τον υπολογιστή είχε βλάβη και λαμβάνεται ξανά</translation>
    </message>
</context>
<context>
    <name>Operation</name>
    <message>
        <source>Undone</source>
        <extracomment>Progress is shown only for what takes longer: a flash of it would disturb more than it tells.</extracomment>
        <translation>Η αλλαγή αναιρέθηκε</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Αναίρεση</translation>
    </message>
</context>
<context>
    <name>PageState</name>
    <message>
        <source>Try again</source>
        <extracomment>What is there sooner shows no &quot;loading&quot; first.</extracomment>
        <translation>Δοκιμή ξανά</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Φόρτωση…</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Customers</source>
        <extracomment>`finder(workspace, text, limit)`: records that match what was typed, the best first. &quot;module:Class&quot; of a `Page`. &quot;module:function&quot; of a `Finder`, for the global search and the palette. False: at the foot of the navigation. What one of the records is called that the finder finds.</extracomment>
        <translation>Πελάτες</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>Πελάτης</translation>
    </message>
    <message>
        <source>New customer</source>
        <translation>Νέος πελάτης</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Καμπάνιες</translation>
    </message>
    <message>
        <source>Campaign</source>
        <translation>Καμπάνια</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Νέα καμπάνια</translation>
    </message>
    <message>
        <source>Never mailed</source>
        <translation>Αποκλεισμοί</translation>
    </message>
    <message>
        <source>Never mail an address</source>
        <translation>Αποκλεισμός διεύθυνσης</translation>
    </message>
    <message>
        <source>Import and export</source>
        <translation>Εισαγωγή / Εξαγωγή</translation>
    </message>
    <message>
        <source>Change history</source>
        <translation>Ιστορικό αλλαγών</translation>
    </message>
    <message>
        <source>Synchronisation</source>
        <translation>Συγχρονισμός</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ρυθμίσεις</translation>
    </message>
</context>
<context>
    <name>Reporter</name>
    <message>
        <source>Something went wrong in the program</source>
        <extracomment>Errors shown one after the other; more are only logged, since a broken page may fail ten times a second.</extracomment>
        <translation>Παρουσιάστηκε σφάλμα στο πρόγραμμα</translation>
    </message>
    <message>
        <source>This is a fault of KK Desk and not of yours. What you have saved is safe. If it happens again, please send these details to whoever looks after the program.</source>
        <translation>Το σφάλμα είναι του KK Desk και όχι δικό σας. Ό,τι έχετε αποθηκεύσει είναι ασφαλές. Αν συμβεί ξανά, στείλτε τις παρακάτω λεπτομέρειες σε όποιον υποστηρίζει το πρόγραμμα.</translation>
    </message>
</context>
<context>
    <name>ResultsPanel</name>
    <message>
        <source>Nothing found for “%1”</source>
        <extracomment>Records first and pages after them: what one searches for. The palette has it the other way round.</extracomment>
        <translation>Δεν βρέθηκε τίποτα για «%1»</translation>
    </message>
</context>
<context>
    <name>ShellScenes</name>
    <message numerus="yes">
        <source>%n customer(s) will be deleted</source>
        <translation>
            <numerusform>Θα διαγραφεί %Ln πελάτης</numerusform>
            <numerusform>Θα διαγραφούν %Ln πελάτες</numerusform>
        </translation>
    </message>
    <message>
        <source>You can undo this for 30 days, in the change history.</source>
        <translation>Μπορείτε να το αναιρέσετε για 30 ημέρες από το ιστορικό αλλαγών.</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n customer(s)</source>
        <translation>
            <numerusform>Διαγραφή %Ln πελάτη</numerusform>
            <numerusform>Διαγραφή %Ln πελατών</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) deleted</source>
        <translation>
            <numerusform>Διαγράφηκε %Ln πελάτης</numerusform>
            <numerusform>Διαγράφηκαν %Ln πελάτες</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Actions and pages</source>
        <extracomment>English source in the context &quot;Shortcuts&quot;.</extracomment>
        <translation>Ενέργειες και σελίδες</translation>
    </message>
    <message>
        <source>Search in this page</source>
        <translation>Αναζήτηση σε αυτή τη σελίδα</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>Αναζήτηση παντού</translation>
    </message>
    <message>
        <source>Undo what was just done</source>
        <translation>Αναίρεση της τελευταίας ενέργειας</translation>
    </message>
    <message>
        <source>Read the page&apos;s data again</source>
        <translation>Νέα ανάγνωση των δεδομένων της σελίδας</translation>
    </message>
    <message>
        <source>Show these shortcuts</source>
        <translation>Εμφάνιση αυτών των συντομεύσεων</translation>
    </message>
    <message>
        <source>Lock the window</source>
        <translation>Κλείδωμα του παραθύρου</translation>
    </message>
    <message>
        <source>Close the program</source>
        <translation>Κλείσιμο του προγράμματος</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Συντομεύσεις πληκτρολογίου</translation>
    </message>
    <message>
        <source>Everywhere</source>
        <translation>Παντού</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Σελίδες</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Κλείσιμο</translation>
    </message>
</context>
<context>
    <name>SignInDialog</name>
    <message>
        <source>Close</source>
        <translation>Κλείσιμο</translation>
    </message>
</context>
<context>
    <name>SignInPanel</name>
    <message>
        <source>Sign in with Google</source>
        <extracomment>Characters of a failure&apos;s text that are shown at most: a provider&apos;s error word is in some.</extracomment>
        <translation>Σύνδεση με Google</translation>
    </message>
    <message>
        <source>Opening the browser…</source>
        <translation>Ανοίγει ο browser…</translation>
    </message>
    <message>
        <source>Go on in the browser: choose your Google account there.</source>
        <translation>Συνεχίστε στον browser: επιλέξτε εκεί τον λογαριασμό σας Google.</translation>
    </message>
    <message>
        <source>No browser opened. Copy the link and open it in one on this computer.</source>
        <translation>Δεν άνοιξε browser. Αντιγράψτε τον σύνδεσμο και ανοίξτε τον σε browser αυτού του υπολογιστή.</translation>
    </message>
    <message>
        <source>KK Desk goes on by itself once you have signed in. It never sees your password.</source>
        <translation>Μόλις συνδεθείτε, το KK Desk συνεχίζει μόνο του. Δεν βλέπει ποτέ τον κωδικό σας.</translation>
    </message>
    <message>
        <source>Open the browser again</source>
        <translation>Άνοιγμα ξανά</translation>
    </message>
    <message>
        <source>Copy the link</source>
        <translation>Αντιγραφή συνδέσμου</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Άκυρο</translation>
    </message>
    <message>
        <source>The link is copied. It works once, and on this computer alone.</source>
        <translation>Ο σύνδεσμος αντιγράφηκε. Ισχύει μία φορά και μόνο σε αυτόν τον υπολογιστή.</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message numerus="yes">
        <source>%n mail(s) unconfirmed</source>
        <extracomment>At the edge, so that its changing words have nothing beside them.</extracomment>
        <translation>
            <numerusform>%Ln μήνυμα χωρίς επιβεβαίωση</numerusform>
            <numerusform>%Ln μηνύματα χωρίς επιβεβαίωση</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n mail(s) waiting</source>
        <translation>
            <numerusform>%Ln μήνυμα σε αναμονή</numerusform>
            <numerusform>%Ln μηνύματα σε αναμονή</numerusform>
        </translation>
    </message>
    <message>
        <source>No mail waiting</source>
        <translation>Καμία αποστολή σε αναμονή</translation>
    </message>
</context>
<context>
    <name>TagChip</name>
    <message>
        <source>Remove tag %1</source>
        <translation>Αφαίρεση ετικέτας %1</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>Actions and pages (%1)</source>
        <translation>Ενέργειες και σελίδες (%1)</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Φωτεινό ή σκούρο θέμα</translation>
    </message>
    <message>
        <source>Keyboard shortcuts (F1)</source>
        <translation>Συντομεύσεις πληκτρολογίου (F1)</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Sign in with your account of the company to see its customers. You do this once.</source>
        <translation>Συνδεθείτε με τον εταιρικό λογαριασμό σας για να δείτε τους πελάτες. Γίνεται μία φορά.</translation>
    </message>
    <message>
        <source>You have to sign in again as %1.</source>
        <translation>Χρειάζεται νέα σύνδεση ως %1.</translation>
    </message>
</context>
<context>
    <name>_Work</name>
    <message>
        <source>Stop</source>
        <translation>Διακοπή</translation>
    </message>
</context>
</TS>
