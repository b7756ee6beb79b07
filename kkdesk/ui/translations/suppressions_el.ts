<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="el_GR" sourcelanguage="en_GB">
<context>
    <name>AddDialog</name>
    <message>
        <source>Never mail these addresses</source>
        <extracomment>Addresses that are named before they are counted.</extracomment>
        <translation>Να μη λαμβάνουν μηνύματα αυτές οι διευθύνσεις</translation>
    </message>
    <message>
        <source>No campaign will go to them, whichever customer they belong to.</source>
        <translation>Δεν θα τους σταλεί καμία καμπάνια, σε όποιον πελάτη κι αν ανήκουν.</translation>
    </message>
    <message>
        <source>Addresses</source>
        <translation>Διευθύνσεις</translation>
    </message>
    <message>
        <source>One or many, in lines or with commas.</source>
        <translation>Μία ή πολλές, σε γραμμές ή με κόμματα.</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Σημείωση</translation>
    </message>
    <message>
        <source>Why, and who asked for it. It stays with the address.</source>
        <translation>Γιατί, και ποιος το ζήτησε. Μένει μαζί με τη διεύθυνση.</translation>
    </message>
    <message numerus="yes">
        <source>Never mail %Ln address(es)</source>
        <translation>
            <numerusform>Αποκλεισμός %Ln διεύθυνσης</numerusform>
            <numerusform>Αποκλεισμός %Ln διευθύνσεων</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln entries are not addresses and will be left out; the first is in line %1: %2</source>
        <translation>
            <numerusform>%Ln εγγραφή δεν είναι διεύθυνση και θα παραλειφθεί· είναι στη γραμμή %1: %2</numerusform>
            <numerusform>%Ln εγγραφές δεν είναι διευθύνσεις και θα παραλειφθούν· η πρώτη είναι στη γραμμή %1: %2</numerusform>
        </translation>
    </message>
    <message>
        <source>Never mail</source>
        <translation>Αποκλεισμός</translation>
    </message>
    <message>
        <source>Line %1 is not an address and will be left out: %2</source>
        <translation>Η γραμμή %1 δεν είναι διεύθυνση και θα παραλειφθεί: %2</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Never mail the addresses of %1</source>
        <extracomment>Pixels of what is under way, of what is in a file, and of a file with lines to read.</extracomment>
        <translation>Αποκλεισμός των διευθύνσεων του αρχείου %1</translation>
    </message>
    <message>
        <source>Reading the file…</source>
        <translation>Ανάγνωση του αρχείου…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Άκυρο</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Κλείσιμο</translation>
    </message>
    <message>
        <source>The addresses are those of the column “%1”.</source>
        <translation>Οι διευθύνσεις είναι από τη στήλη «%1».</translation>
    </message>
    <message>
        <source>Line %1: %2</source>
        <translation>Γραμμή %1: %2</translation>
    </message>
    <message>
        <source>Nothing to add</source>
        <translation>Δεν υπάρχει κάτι νέο</translation>
    </message>
    <message>
        <source>Adding the addresses…</source>
        <translation>Προσθήκη των διευθύνσεων…</translation>
    </message>
    <message>
        <source>%1 of %2 addresses</source>
        <translation>%1 από %2 διευθύνσεις</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more line(s)</source>
        <translation>
            <numerusform>και ακόμη %Ln γραμμή</numerusform>
            <numerusform>και ακόμη %Ln γραμμές</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Never mail %Ln address(es)</source>
        <translation>
            <numerusform>Αποκλεισμός %Ln διεύθυνσης</numerusform>
            <numerusform>Αποκλεισμός %Ln διευθύνσεων</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln address(es) will not be mailed any more.</source>
        <translation>
            <numerusform>%Ln διεύθυνση δεν θα λαμβάνει πλέον μηνύματα.</numerusform>
            <numerusform>%Ln διευθύνσεις δεν θα λαμβάνουν πλέον μηνύματα.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln had been on the list before.</source>
        <translation>
            <numerusform>%Ln ήταν ήδη στη λίστα.</numerusform>
            <numerusform>%Ln ήταν ήδη στη λίστα.</numerusform>
        </translation>
    </message>
    <message>
        <source>You stopped it: import the same file again to go on.</source>
        <translation>Το διακόψατε: για να συνεχίσετε, εισαγάγετε πάλι το ίδιο αρχείο.</translation>
    </message>
    <message>
        <source>New on the list</source>
        <translation>Νέες στη λίστα</translation>
    </message>
    <message>
        <source>Listed already</source>
        <translation>Ήδη στη λίστα</translation>
    </message>
    <message>
        <source>Lines without an address</source>
        <translation>Γραμμές χωρίς διεύθυνση</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Σημείωση</translation>
    </message>
    <message>
        <source>Where the list comes from. It stays with each address.</source>
        <translation>Από πού προέρχεται η λίστα. Μένει μαζί με κάθε διεύθυνση.</translation>
    </message>
    <message>
        <source>Lines that are left out</source>
        <translation>Γραμμές που παραλείπονται</translation>
    </message>
</context>
<context>
    <name>RemoveDialog</name>
    <message>
        <source>Mail this address again?</source>
        <translation>Να λαμβάνει ξανά μηνύματα η διεύθυνση;</translation>
    </message>
    <message>
        <source>Mail these %1 addresses again?</source>
        <translation>Να λαμβάνουν ξανά μηνύματα %1 διευθύνσεις;</translation>
    </message>
    <message>
        <source>Mail again</source>
        <translation>Να λαμβάνει ξανά</translation>
    </message>
    <message>
        <source>Mail them again</source>
        <translation>Να λαμβάνουν ξανά</translation>
    </message>
    <message numerus="yes">
        <source>They asked to be mailed again themselves</source>
        <translation>
            <numerusform>Ο παραλήπτης ζήτησε ο ίδιος να λαμβάνει πάλι μηνύματα</numerusform>
            <numerusform>Όλοι οι παραλήπτες ζήτησαν οι ίδιοι να λαμβάνουν πάλι μηνύματα</numerusform>
        </translation>
    </message>
    <message>
        <source>If the next mail fails, the address comes back here by itself.</source>
        <translation>Αν αποτύχει και το επόμενο μήνυμα, η διεύθυνση θα επιστρέψει εδώ αυτόματα.</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Λόγος</translation>
    </message>
    <message>
        <source>Needed; it stays with the address.</source>
        <translation>Απαραίτητος· μένει μαζί με τη διεύθυνση.</translation>
    </message>
    <message>
        <source>This recipient unsubscribed or reported a mail as spam. To mail them against their wish is against the law and harms all your mail.</source>
        <translation>Ο παραλήπτης ζήτησε διαγραφή ή ανέφερε μήνυμά σας ως ανεπιθύμητο. Η αποστολή παρά τη θέλησή του αντίκειται στον νόμο και βλάπτει όλη την αλληλογραφία σας.</translation>
    </message>
    <message>
        <source>Some of these recipients unsubscribed or reported a mail as spam. To mail them against their wish is against the law and harms all your mail.</source>
        <translation>Κάποιοι από τους παραλήπτες ζήτησαν διαγραφή ή ανέφεραν μήνυμά σας ως ανεπιθύμητο. Η αποστολή παρά τη θέλησή τους αντίκειται στον νόμο και βλάπτει όλη την αλληλογραφία σας.</translation>
    </message>
</context>
<context>
    <name>SuppressionActions</name>
    <message>
        <source>Adding addresses…</source>
        <translation>Προσθήκη διευθύνσεων…</translation>
    </message>
    <message>
        <source>Taking addresses off the list…</source>
        <translation>Αφαίρεση διευθύνσεων από τη λίστα…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln address(es) may be mailed again</source>
        <translation>
            <numerusform>%Ln διεύθυνση μπορεί να λαμβάνει ξανά μηνύματα</numerusform>
            <numerusform>%Ln διευθύνσεις μπορούν να λαμβάνουν ξανά μηνύματα</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a list of addresses</source>
        <translation>Επιλογή λίστας διευθύνσεων</translation>
    </message>
    <message>
        <source>Lists of addresses</source>
        <translation>Λίστες διευθύνσεων</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Όλα τα αρχεία</translation>
    </message>
    <message>
        <source>Never mailed.csv</source>
        <translation>Αποκλεισμένες διευθύνσεις.csv</translation>
    </message>
    <message>
        <source>Save the list as</source>
        <translation>Αποθήκευση της λίστας ως</translation>
    </message>
    <message>
        <source>Writing %1</source>
        <translation>Εγγραφή του %1</translation>
    </message>
    <message numerus="yes">
        <source>%Ln address(es) written to %1</source>
        <translation>
            <numerusform>%Ln διεύθυνση αποθηκεύτηκε στο %1</numerusform>
            <numerusform>%Ln διευθύνσεις αποθηκεύτηκαν στο %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln had been on the list before.</source>
        <translation>
            <numerusform>%Ln ήταν ήδη στη λίστα.</numerusform>
            <numerusform>%Ln ήταν ήδη στη λίστα.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln address(es) will not be mailed any more.</source>
        <translation>
            <numerusform>%Ln διεύθυνση δεν θα λαμβάνει πλέον μηνύματα.</numerusform>
            <numerusform>%Ln διευθύνσεις δεν θα λαμβάνουν πλέον μηνύματα.</numerusform>
        </translation>
    </message>
    <message>
        <source>All of them had been on the list before.</source>
        <translation>Ήταν όλες ήδη στη λίστα.</translation>
    </message>
    <message>
        <source>%1 had been on the list before.</source>
        <translation>Η διεύθυνση %1 ήταν ήδη στη λίστα.</translation>
    </message>
</context>
<context>
    <name>SuppressionListing</name>
    <message>
        <source>Part of an address</source>
        <translation>Μέρος μιας διεύθυνσης</translation>
    </message>
    <message>
        <source>No such address is on the list</source>
        <translation>Δεν υπάρχει τέτοια διεύθυνση στη λίστα</translation>
    </message>
    <message>
        <source>Try fewer letters, or clear the filter. An address that is not listed may be mailed.</source>
        <translation>Δοκιμάστε με λιγότερα γράμματα ή καθαρίστε το φίλτρο. Μια διεύθυνση που δεν είναι στη λίστα μπορεί να λαμβάνει μηνύματα.</translation>
    </message>
    <message>
        <source>Clear search and filter</source>
        <translation>Καθαρισμός αναζήτησης και φίλτρου</translation>
    </message>
    <message>
        <source>Every address may be mailed</source>
        <translation>Καμία διεύθυνση δεν είναι αποκλεισμένη</translation>
    </message>
    <message>
        <source>Whoever unsubscribes or complains comes here by itself, and so does an address that no longer exists. You can also add addresses yourself.</source>
        <translation>Όποιος ζητά διαγραφή ή αναφέρει μήνυμά σας ως ανεπιθύμητο μπαίνει εδώ αυτόματα, όπως και κάθε διεύθυνση που δεν υπάρχει πια. Μπορείτε να προσθέσετε διευθύνσεις και οι ίδιοι.</translation>
    </message>
    <message>
        <source>Add addresses…</source>
        <translation>Προσθήκη διευθύνσεων…</translation>
    </message>
</context>
<context>
    <name>SuppressionModel</name>
    <message>
        <source>E-mail</source>
        <extracomment>Rows fetched at once: a screenful and some to scroll. Entries kept; the ones fetched longest ago go first.</extracomment>
        <translation>E-mail</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Λόγος</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Από</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Προέλευση</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>Πελάτης</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Σημείωση</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Έως</translation>
    </message>
</context>
<context>
    <name>SuppressionPane</name>
    <message>
        <source>Mail this address again…</source>
        <extracomment>Customers of one address that are named; more are counted.</extracomment>
        <translation>Να λαμβάνει ξανά μηνύματα…</translation>
    </message>
    <message>
        <source>Close the details</source>
        <translation>Κλείσιμο των στοιχείων</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>Από</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>Έως</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Προέλευση</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Σημείωση</translation>
    </message>
    <message>
        <source>Failed deliveries</source>
        <translation>Αποτυχημένες παραδόσεις</translation>
    </message>
    <message>
        <source>Complaints</source>
        <translation>Αναφορές ως ανεπιθύμητο</translation>
    </message>
    <message>
        <source>Customers with this address</source>
        <translation>Πελάτες με αυτή τη διεύθυνση</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Κανένας</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>και ακόμη %Ln</numerusform>
            <numerusform>και ακόμη %Ln</numerusform>
        </translation>
    </message>
    <message>
        <source>History</source>
        <translation>Ιστορικό</translation>
    </message>
</context>
<context>
    <name>SuppressionWords</name>
    <message>
        <source>KK Desk</source>
        <translation>KK Desk</translation>
    </message>
    <message>
        <source>Import from a file</source>
        <translation>Εισαγωγή από αρχείο</translation>
    </message>
    <message>
        <source>Customer&apos;s record</source>
        <translation>Καρτέλα πελάτη</translation>
    </message>
    <message>
        <source>Web CRM</source>
        <translation>Web CRM</translation>
    </message>
    <message>
        <source>Recipient&apos;s mail server</source>
        <translation>Διακομιστής του παραλήπτη</translation>
    </message>
    <message>
        <source>Unsubscribe link or web CRM</source>
        <translation>Σύνδεσμος διαγραφής ή web CRM</translation>
    </message>
    <message>
        <source>Added to the list</source>
        <translation>Προστέθηκε στη λίστα</translation>
    </message>
    <message>
        <source>Added from a file</source>
        <translation>Προστέθηκε από αρχείο</translation>
    </message>
    <message>
        <source>Unsubscribed by the link of a mail</source>
        <translation>Διαγράφηκε με τον σύνδεσμο μηνύματος</translation>
    </message>
    <message>
        <source>Took the unsubscribing back</source>
        <translation>Αναίρεσε τη διαγραφή</translation>
    </message>
    <message>
        <source>Taken off the list</source>
        <translation>Αφαιρέθηκε από τη λίστα</translation>
    </message>
</context>
<context>
    <name>SuppressionsPage</name>
    <message>
        <source>Addresses that are never mailed</source>
        <translation>Αποκλεισμένες διευθύνσεις</translation>
    </message>
    <message>
        <source>Import a list…</source>
        <translation>Εισαγωγή λίστας…</translation>
    </message>
    <message>
        <source>Save what is shown…</source>
        <translation>Αποθήκευση όσων φαίνονται…</translation>
    </message>
    <message>
        <source>Lists</source>
        <translation>Λίστες</translation>
    </message>
    <message>
        <source>Add addresses…</source>
        <translation>Προσθήκη διευθύνσεων…</translation>
    </message>
    <message>
        <source>Add addresses that are never mailed</source>
        <translation>Προσθήκη αποκλεισμένων διευθύνσεων</translation>
    </message>
    <message>
        <source>Mail the selected addresses again</source>
        <translation>Άρση αποκλεισμού των επιλεγμένων διευθύνσεων</translation>
    </message>
    <message>
        <source>Import a list of addresses</source>
        <translation>Εισαγωγή λίστας διευθύνσεων</translation>
    </message>
    <message>
        <source>Save the list that is shown</source>
        <translation>Αποθήκευση της λίστας που φαίνεται</translation>
    </message>
    <message>
        <source>Choose the columns of the list</source>
        <translation>Επιλογή στηλών της λίστας</translation>
    </message>
    <message numerus="yes">
        <source>%Ln address(es)</source>
        <translation>
            <numerusform>%Ln διεύθυνση</numerusform>
            <numerusform>%Ln διευθύνσεις</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 από %2</translation>
    </message>
    <message>
        <source>There is no connection to the company&apos;s database. What you add is sent later; whoever unsubscribed can be mailed again only with a connection.</source>
        <translation>Δεν υπάρχει σύνδεση με τη βάση της εταιρείας. Όσες διευθύνσεις προσθέσετε θα σταλούν αργότερα· όποιος ζήτησε διαγραφή επανέρχεται μόνο με σύνδεση.</translation>
    </message>
    <message>
        <source>Mail again…</source>
        <translation>Να λαμβάνει ξανά μηνύματα…</translation>
    </message>
    <message>
        <source>Columns…</source>
        <translation>Στήλες…</translation>
    </message>
</context>
</TS>
