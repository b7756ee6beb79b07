<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="el_GR" sourcelanguage="en_GB">
<context>
    <name>ChoicesPanel</name>
    <message>
        <source>Customers who are there already</source>
        <translation>Πελάτες που υπάρχουν ήδη</translation>
    </message>
    <message>
        <source>Leave them as they are</source>
        <translation>Να μείνουν όπως είναι</translation>
    </message>
    <message>
        <source>Fill in what is empty</source>
        <translation>Να συμπληρωθούν τα κενά</translation>
    </message>
    <message>
        <source>Overwrite with the file&apos;s values</source>
        <translation>Να αντικατασταθούν από το αρχείο</translation>
    </message>
    <message>
        <source>Make new customers anyway</source>
        <translation>Να καταχωριστούν ως νέοι</translation>
    </message>
    <message>
        <source>Empty cells never erase anything, and nobody who has unsubscribed is subscribed again.</source>
        <translation>Τα κενά κελιά δεν σβήνουν ποτέ τίποτα, και όποιος έχει διαγραφεί από τα e-mail δεν εγγράφεται ξανά.</translation>
    </message>
    <message>
        <source>Recognise them by</source>
        <translation>Αναγνώριση με βάση</translation>
    </message>
    <message>
        <source>Customers whose surer details differ are never taken for the same.</source>
        <translation>Αν διαφέρει κάποιο πιο σίγουρο στοιχείο, όπως το ΑΦΜ, δεν θεωρούνται ποτέ ο ίδιος πελάτης.</translation>
    </message>
    <message>
        <source>Rows with a wrong ΑΦΜ or e-mail</source>
        <translation>Γραμμές με λάθος ΑΦΜ ή e-mail</translation>
    </message>
    <message>
        <source>List them for correction</source>
        <translation>Να ξεχωρίσουν για διόρθωση</translation>
    </message>
    <message>
        <source>Import without the wrong value</source>
        <translation>Να εισαχθούν χωρίς τη λάθος τιμή</translation>
    </message>
    <message>
        <source>Tag for all of them</source>
        <translation>Ετικέτα για όλους</translation>
    </message>
    <message>
        <source>For instance: Exhibition 2026</source>
        <translation>Για παράδειγμα: Έκθεση 2026</translation>
    </message>
</context>
<context>
    <name>ColumnsStep</name>
    <message>
        <source>Check the file</source>
        <extracomment>In a window that is narrower a sign says what a pill would. Other `ReadOptions` for the same file.</extracomment>
        <translation>Έλεγχος αρχείου</translation>
    </message>
    <message>
        <source>Recognised</source>
        <translation>Αναγνωρίστηκε</translation>
    </message>
    <message>
        <source>Please check</source>
        <translation>Ελέγξτε το</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Δεν εισάγεται</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%Ln γραμμή</numerusform>
            <numerusform>%Ln γραμμές</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n column(s)</source>
        <translation>
            <numerusform>%Ln στήλη</numerusform>
            <numerusform>%Ln στήλες</numerusform>
        </translation>
    </message>
    <message>
        <source>Say of one column at least what it is.</source>
        <translation>Ορίστε τι είναι μία τουλάχιστον στήλη.</translation>
    </message>
</context>
<context>
    <name>CountTiles</name>
    <message>
        <source>New customers</source>
        <translation>Νέοι πελάτες</translation>
    </message>
    <message>
        <source>Were updated</source>
        <translation>Ενημερώθηκαν</translation>
    </message>
    <message>
        <source>Will be updated</source>
        <translation>Θα ενημερωθούν</translation>
    </message>
    <message>
        <source>Were left as they are</source>
        <translation>Έμειναν όπως ήταν</translation>
    </message>
    <message>
        <source>Stay as they are</source>
        <translation>Μένουν όπως είναι</translation>
    </message>
    <message>
        <source>Were not imported</source>
        <translation>Δεν εισήχθησαν</translation>
    </message>
    <message>
        <source>Cannot be imported</source>
        <translation>Δεν μπορούν να εισαχθούν</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) twice in the file</source>
        <translation>
            <numerusform>%Ln γραμμή δύο φορές στο αρχείο</numerusform>
            <numerusform>%Ln γραμμές δύο φορές στο αρχείο</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export customers</source>
        <extracomment>What stays free around the dialog, its title bar included.</extracomment>
        <translation>Εξαγωγή πελατών</translation>
    </message>
    <message>
        <source>Choose where to save…</source>
        <translation>Επιλέξτε πού θα αποθηκευτεί…</translation>
    </message>
    <message numerus="yes">
        <source>All %n customer(s)</source>
        <translation>
            <numerusform>Όλοι οι πελάτες (%Ln)</numerusform>
            <numerusform>Όλοι οι πελάτες (%Ln)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The %n selected</source>
        <translation>
            <numerusform>Ο %Ln επιλεγμένος</numerusform>
            <numerusform>Οι %Ln επιλεγμένοι</numerusform>
        </translation>
    </message>
    <message>
        <source>Excel workbook (.xlsx)</source>
        <translation>Βιβλίο Excel (.xlsx)</translation>
    </message>
    <message>
        <source>Text for Excel (.csv)</source>
        <translation>Κείμενο για Excel (.csv)</translation>
    </message>
    <message>
        <source>Greek titles</source>
        <translation>Ελληνικοί τίτλοι</translation>
    </message>
    <message>
        <source>English titles</source>
        <translation>Αγγλικοί τίτλοι</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Αρχείο</translation>
    </message>
    <message>
        <source>Titles of the columns</source>
        <translation>Τίτλοι στηλών</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Στήλες</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Όλες</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Καμία</translation>
    </message>
    <message>
        <source>With “KK Desk ID” among them, an import of the file finds each customer again.</source>
        <translation>Με τη στήλη «Κωδικός KK Desk», μια εισαγωγή του αρχείου ξαναβρίσκει τον κάθε πελάτη.</translation>
    </message>
</context>
<context>
    <name>Exports</name>
    <message>
        <source>Save the customers as</source>
        <translation>Αποθήκευση πελατών ως</translation>
    </message>
    <message>
        <source>Customers</source>
        <translation>Πελάτες</translation>
    </message>
    <message>
        <source>Exporting to %1</source>
        <translation>Εξαγωγή στο %1</translation>
    </message>
    <message>
        <source>Stopped. No file was written.</source>
        <translation>Διακόπηκε. Δεν γράφτηκε αρχείο.</translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) written to %1</source>
        <translation>
            <numerusform>Γράφτηκε %Ln πελάτης στο %1</numerusform>
            <numerusform>Γράφτηκαν %Ln πελάτες στο %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n text(s) were too long for Excel and were cut; CSV keeps them whole.</source>
        <translation>
            <numerusform>%Ln κείμενο ήταν πολύ μεγάλο για το Excel και κόπηκε· το CSV το κρατά ολόκληρο.</numerusform>
            <numerusform>%Ln κείμενα ήταν πολύ μεγάλα για το Excel και κόπηκαν· το CSV τα κρατά ολόκληρα.</numerusform>
        </translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Άνοιγμα φακέλου</translation>
    </message>
</context>
<context>
    <name>FileOptions</name>
    <message>
        <source>none</source>
        <translation>κανένα</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>Φύλλο</translation>
    </message>
    <message>
        <source>Row of the titles</source>
        <translation>Γραμμή τίτλων</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>Κωδικοποίηση</translation>
    </message>
    <message>
        <source>Delimiter</source>
        <translation>Διαχωριστικό</translation>
    </message>
    <message>
        <source>semicolon ;</source>
        <translation>ερωτηματικό ;</translation>
    </message>
    <message>
        <source>comma ,</source>
        <translation>κόμμα ,</translation>
    </message>
    <message>
        <source>tab</source>
        <translation>στηλοθέτης (tab)</translation>
    </message>
    <message>
        <source>bar |</source>
        <translation>κάθετη γραμμή |</translation>
    </message>
</context>
<context>
    <name>FindingsStep</name>
    <message>
        <source>Back to the columns</source>
        <translation>Πίσω στις στήλες</translation>
    </message>
    <message>
        <source>Save the refused rows…</source>
        <translation>Αποθήκευση γραμμών προς διόρθωση…</translation>
    </message>
    <message numerus="yes">
        <source>Only the first %n are shown.</source>
        <translation>
            <numerusform>Φαίνεται μόνο το πρώτο %Ln.</numerusform>
            <numerusform>Φαίνονται μόνο τα πρώτα %Ln.</numerusform>
        </translation>
    </message>
    <message>
        <source>No problems found</source>
        <translation>Δεν βρέθηκαν προβλήματα</translation>
    </message>
    <message>
        <source>Every row can be imported.</source>
        <translation>Κάθε γραμμή μπορεί να εισαχθεί.</translation>
    </message>
    <message numerus="yes">
        <source>Import %n customer(s)</source>
        <translation>
            <numerusform>Εισαγωγή %Ln πελάτη</numerusform>
            <numerusform>Εισαγωγή %Ln πελατών</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing to import</source>
        <translation>Δεν υπάρχει κάτι για εισαγωγή</translation>
    </message>
    <message>
        <source>No row can be imported. Check what each column is.</source>
        <translation>Καμία γραμμή δεν μπορεί να εισαχθεί. Ελέγξτε τι είναι κάθε στήλη.</translation>
    </message>
    <message>
        <source>Everybody in the file is there already, and nothing in it is new.</source>
        <translation>Όλοι οι πελάτες του αρχείου υπάρχουν ήδη και δεν έχει κάτι νέο γι’ αυτούς.</translation>
    </message>
    <message>
        <source>New tags will be made: %1</source>
        <translation>Θα δημιουργηθούν νέες ετικέτες: %1</translation>
    </message>
</context>
<context>
    <name>ImportingPage</name>
    <message>
        <source>Import and export</source>
        <translation>Εισαγωγή / Εξαγωγή</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Αρχείο</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Στήλες</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Έλεγχος</translation>
    </message>
    <message>
        <source>Stop the import?</source>
        <translation>Να διακοπεί η εισαγωγή;</translation>
    </message>
    <message>
        <source>A file is being imported. If you close the program now, nothing of it is written.</source>
        <translation>Γίνεται εισαγωγή αρχείου. Αν κλείσετε τώρα το πρόγραμμα, τίποτα από αυτό δεν γράφεται.</translation>
    </message>
    <message>
        <source>Stop the import</source>
        <translation>Διακοπή εισαγωγής</translation>
    </message>
    <message>
        <source>Let it finish</source>
        <translation>Να ολοκληρωθεί</translation>
    </message>
    <message>
        <source>Choose a file to import</source>
        <translation>Επιλέξτε αρχείο για εισαγωγή</translation>
    </message>
    <message>
        <source>Export customers</source>
        <translation>Εξαγωγή πελατών</translation>
    </message>
    <message>
        <source>Choose a list of customers</source>
        <translation>Επιλέξτε λίστα πελατών</translation>
    </message>
    <message>
        <source>Lists of customers</source>
        <translation>Λίστες πελατών</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Όλα τα αρχεία</translation>
    </message>
    <message>
        <source>Reading %1…</source>
        <translation>Διαβάζεται το %1…</translation>
    </message>
    <message>
        <source>Checking %1…</source>
        <translation>Ελέγχεται το %1…</translation>
    </message>
    <message>
        <source>Nothing is written yet.</source>
        <translation>Τίποτα δεν έχει γραφτεί ακόμη.</translation>
    </message>
    <message>
        <source>Importing %1…</source>
        <translation>Εισαγωγή του %1…</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Εισαγωγή</translation>
    </message>
    <message>
        <source>All of it is written at the end, in one piece. If you cancel, nothing is.</source>
        <translation>Όλα γράφονται στο τέλος, μαζί. Αν ακυρώσετε, δεν γράφεται τίποτα.</translation>
    </message>
    <message>
        <source>Undoing the import…</source>
        <translation>Αναίρεση της εισαγωγής…</translation>
    </message>
    <message>
        <source>%1 - refused.xlsx</source>
        <translation>%1 - προς διόρθωση.xlsx</translation>
    </message>
    <message>
        <source>Save the refused rows</source>
        <translation>Αποθήκευση γραμμών προς διόρθωση</translation>
    </message>
    <message>
        <source>Saved: %1</source>
        <translation>Αποθηκεύτηκε: %1</translation>
    </message>
    <message>
        <source>Stopped. Nothing was written.</source>
        <translation>Διακόπηκε. Δεν γράφτηκε τίποτα.</translation>
    </message>
</context>
<context>
    <name>OutcomeStep</name>
    <message>
        <source>Save the refused rows…</source>
        <translation>Αποθήκευση γραμμών προς διόρθωση…</translation>
    </message>
    <message>
        <source>Undo this import</source>
        <translation>Αναίρεση αυτής της εισαγωγής</translation>
    </message>
    <message>
        <source>Import another file</source>
        <translation>Εισαγωγή άλλου αρχείου</translation>
    </message>
    <message>
        <source>Show the customers</source>
        <translation>Εμφάνιση πελατών</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) were read.</source>
        <translation>
            <numerusform>Διαβάστηκε %Ln γραμμή.</numerusform>
            <numerusform>Διαβάστηκαν %Ln γραμμές.</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 was imported.</source>
        <translation>Η εισαγωγή του %1 ολοκληρώθηκε.</translation>
    </message>
    <message>
        <source>Save the rows that were not imported, correct them, and import their file as it is.</source>
        <translation>Αποθηκεύστε τις γραμμές που δεν εισήχθησαν, διορθώστε τις και εισαγάγετε το αρχείο τους όπως είναι.</translation>
    </message>
    <message>
        <source>The import can be undone for 30 days, here or in the change history.</source>
        <translation>Η εισαγωγή μπορεί να αναιρεθεί για 30 ημέρες, από εδώ ή από το ιστορικό αλλαγών.</translation>
    </message>
    <message>
        <source>The import was undone. The customers are as they were before it.</source>
        <translation>Η εισαγωγή αναιρέθηκε. Οι πελάτες είναι όπως ήταν πριν από αυτήν.</translation>
    </message>
</context>
<context>
    <name>ProblemModel</name>
    <message>
        <source>Outcome</source>
        <extracomment>The whole `Problem` of a row.</extracomment>
        <translation>Αποτέλεσμα</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>Γραμμή</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>Στήλη</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Τιμή</translation>
    </message>
    <message>
        <source>What it is about</source>
        <translation>Τι συμβαίνει</translation>
    </message>
    <message>
        <source>Not imported</source>
        <translation>Δεν εισάγεται</translation>
    </message>
    <message>
        <source>Corrected</source>
        <translation>Διορθώθηκε</translation>
    </message>
    <message>
        <source>Please note</source>
        <translation>Προσοχή</translation>
    </message>
    <message>
        <source>row %1</source>
        <translation>γραμμή %1</translation>
    </message>
</context>
<context>
    <name>ProgressStep</name>
    <message>
        <source>Cancel</source>
        <translation>Άκυρο</translation>
    </message>
    <message>
        <source>Writing: %1 of %2 customers</source>
        <translation>Γράφονται: %1 από %2 πελάτες</translation>
    </message>
    <message>
        <source>Reading and checking: %1 of %2 rows, %3 a second</source>
        <translation>Ανάγνωση και έλεγχος: %1 από %2 γραμμές, %3 το δευτερόλεπτο</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Διακοπή…</translation>
    </message>
</context>
<context>
    <name>StartStep</name>
    <message>
        <source>Choose a file…</source>
        <translation>Επιλογή αρχείου…</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Εξαγωγή…</translation>
    </message>
    <message>
        <source>Import customers</source>
        <translation>Εισαγωγή πελατών</translation>
    </message>
    <message>
        <source>Drop a list here, or choose one: Excel (.xlsx, .xls) or text (.csv, .txt), with Greek or English titles. You will see what becomes of every row before anything is written, and an import can be undone for 30 days.</source>
        <translation>Αφήστε εδώ μια λίστα ή επιλέξτε την: Excel (.xlsx, .xls) ή κείμενο (.csv, .txt), με ελληνικούς ή αγγλικούς τίτλους. Θα δείτε τι θα γίνει με κάθε γραμμή πριν γραφτεί οτιδήποτε, και η εισαγωγή μπορεί να αναιρεθεί για 30 ημέρες.</translation>
    </message>
    <message>
        <source>Export customers</source>
        <translation>Εξαγωγή πελατών</translation>
    </message>
    <message>
        <source>All customers, or those you select, as an Excel or CSV file that can be edited and imported again.</source>
        <translation>Όλοι οι πελάτες, ή όσοι επιλέξετε, σε αρχείο Excel ή CSV που μπορείτε να διορθώσετε και να εισαγάγετε ξανά.</translation>
    </message>
</context>
</TS>
