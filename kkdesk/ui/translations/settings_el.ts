<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="el_GR" sourcelanguage="en_GB">
<context>
    <name>AppearanceSection</name>
    <message>
        <source>Appearance</source>
        <translation>Εμφάνιση</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>Όπως το σύστημα</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Φωτεινό</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Σκούρο</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Γλώσσα</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Θέμα</translation>
    </message>
</context>
<context>
    <name>DataSection</name>
    <message>
        <source>Data</source>
        <translation>Δεδομένα</translation>
    </message>
    <message>
        <source>Everything is on this computer, in one folder.</source>
        <translation>Όλα βρίσκονται σε αυτόν τον υπολογιστή, σε έναν φάκελο.</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>Φάκελος δεδομένων</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Αρχεία καταγραφής</translation>
    </message>
</context>
<context>
    <name>FolderField</name>
    <message>
        <source>Open</source>
        <translation>Άνοιγμα</translation>
    </message>
</context>
<context>
    <name>LinksSection</name>
    <message>
        <source>Links in mails</source>
        <translation>Σύνδεσμοι στα μηνύματα</translation>
    </message>
    <message>
        <source>Opens, clicks and unsubscribing need an address that customers can reach from anywhere.</source>
        <translation>Για τα ανοίγματα, τα κλικ και τη διαγραφή από τη λίστα χρειάζεται μια διεύθυνση στην οποία οι πελάτες έχουν πρόσβαση από παντού.</translation>
    </message>
    <message>
        <source>Public address</source>
        <translation>Δημόσια διεύθυνση</translation>
    </message>
    <message>
        <source>Where the company&apos;s endpoints run. Without it no campaign can be sent.</source>
        <translation>Η διεύθυνση όπου λειτουργεί η διαδικτυακή υπηρεσία της εταιρείας. Χωρίς αυτήν δεν στέλνεται καμία καμπάνια.</translation>
    </message>
    <message>
        <source>Make a key</source>
        <translation>Δημιουργία κλειδιού</translation>
    </message>
    <message>
        <source>Signing key</source>
        <translation>Κλειδί υπογραφής</translation>
    </message>
    <message>
        <source>Must be the same wherever links are checked. A new key makes the links of mails already sent invalid.</source>
        <translation>Πρέπει να είναι το ίδιο όπου ελέγχονται οι σύνδεσμοι. Με νέο κλειδί παύουν να ισχύουν οι σύνδεσμοι των μηνυμάτων που έχουν ήδη σταλεί.</translation>
    </message>
    <message>
        <source>There is a key</source>
        <translation>Υπάρχει κλειδί</translation>
    </message>
    <message>
        <source>No key yet</source>
        <translation>Δεν υπάρχει κλειδί</translation>
    </message>
    <message>
        <source>Replace…</source>
        <translation>Αντικατάσταση…</translation>
    </message>
    <message>
        <source>The system&apos;s keyring is not available</source>
        <translation>Η κλειδοθήκη του συστήματος δεν είναι διαθέσιμη</translation>
    </message>
    <message>
        <source>Unlock or install one (GNOME Keyring, KWallet), or set the key as EMAIL_TRACKING_SECRET.</source>
        <translation>Ξεκλειδώστε ή εγκαταστήστε μία (GNOME Keyring, KWallet) ή ορίστε το κλειδί στη μεταβλητή EMAIL_TRACKING_SECRET.</translation>
    </message>
</context>
<context>
    <name>MailServerSection</name>
    <message>
        <source>Mail server</source>
        <translation>Διακομιστής αλληλογραφίας</translation>
    </message>
    <message>
        <source>Without a server, mails are kept as files in the mail folder and nobody receives them.</source>
        <translation>Χωρίς διακομιστή, τα μηνύματα μένουν ως αρχεία στον φάκελο μηνυμάτων και δεν τα λαμβάνει κανείς.</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>Διακομιστής</translation>
    </message>
    <message>
        <source>STARTTLS (usually port 587)</source>
        <translation>STARTTLS (συνήθως θύρα 587)</translation>
    </message>
    <message>
        <source>TLS from the start (usually port 465)</source>
        <translation>TLS από την αρχή (συνήθως θύρα 465)</translation>
    </message>
    <message>
        <source>Security</source>
        <translation>Ασφάλεια</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>Θύρα</translation>
    </message>
    <message>
        <source>User name</source>
        <translation>Όνομα χρήστη</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Κωδικός</translation>
    </message>
    <message>
        <source>Kept in the system&apos;s keyring, never in a file.</source>
        <translation>Φυλάσσεται στην κλειδοθήκη του συστήματος, ποτέ σε αρχείο.</translation>
    </message>
    <message>
        <source>Send a test mail…</source>
        <translation>Αποστολή δοκιμαστικού μηνύματος…</translation>
    </message>
    <message>
        <source>Mail folder</source>
        <translation>Φάκελος μηνυμάτων</translation>
    </message>
</context>
<context>
    <name>OrganisationSection</name>
    <message>
        <source>Business and sender</source>
        <translation>Επιχείρηση και αποστολέας</translation>
    </message>
    <message>
        <source>What customers see as the sender of your mails.</source>
        <translation>Αυτό που βλέπουν οι πελάτες ως αποστολέα των μηνυμάτων σας.</translation>
    </message>
    <message>
        <source>Name of the business</source>
        <translation>Επωνυμία επιχείρησης</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>Αποστολέας</translation>
    </message>
    <message>
        <source>A name and an address, or the address alone.</source>
        <translation>Όνομα και διεύθυνση ή μόνο η διεύθυνση.</translation>
    </message>
    <message>
        <source>Replies go to</source>
        <translation>Απαντήσεις προς</translation>
    </message>
    <message>
        <source>Empty: to the sender.</source>
        <translation>Κενό: στον αποστολέα.</translation>
    </message>
</context>
<context>
    <name>SettingsForm</name>
    <message>
        <source>Set by the environment variable %1.</source>
        <translation>Ορίζεται από τη μεταβλητή περιβάλλοντος %1.</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Save</source>
        <translation>Αποθήκευση</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Απόρριψη</translation>
    </message>
    <message>
        <source>Leave without saving?</source>
        <translation>Έξοδος χωρίς αποθήκευση;</translation>
    </message>
    <message>
        <source>The settings that you have edited have not been saved.</source>
        <translation>Οι ρυθμίσεις που αλλάξατε δεν έχουν αποθηκευτεί.</translation>
    </message>
    <message>
        <source>Discard the edits</source>
        <translation>Απόρριψη των αλλαγών</translation>
    </message>
    <message>
        <source>Stay here</source>
        <translation>Παραμονή εδώ</translation>
    </message>
    <message>
        <source>Save settings</source>
        <translation>Αποθήκευση ρυθμίσεων</translation>
    </message>
    <message>
        <source>Settings saved</source>
        <translation>Οι ρυθμίσεις αποθηκεύτηκαν</translation>
    </message>
    <message>
        <source>Unchanged</source>
        <translation>Χωρίς αλλαγή</translation>
    </message>
    <message>
        <source>The address must begin with https:// (or http://), for example https://crm.example.gr</source>
        <translation>Η διεύθυνση πρέπει να αρχίζει με https:// (ή http://), για παράδειγμα https://crm.example.gr</translation>
    </message>
    <message>
        <source>This is not an e-mail address.</source>
        <translation>Δεν είναι έγκυρη διεύθυνση e-mail.</translation>
    </message>
    <message>
        <source>Replace the signing key?</source>
        <translation>Αντικατάσταση του κλειδιού υπογραφής;</translation>
    </message>
    <message>
        <source>Links in mails that were already sent, unsubscribe links included, will stop working. The endpoints must get the same new key.</source>
        <translation>Οι σύνδεσμοι των μηνυμάτων που έχουν ήδη σταλεί, ακόμη και οι σύνδεσμοι διαγραφής από τη λίστα, θα πάψουν να λειτουργούν. Η διαδικτυακή υπηρεσία πρέπει να πάρει το ίδιο νέο κλειδί.</translation>
    </message>
    <message>
        <source>Replace the key</source>
        <translation>Αντικατάσταση κλειδιού</translation>
    </message>
    <message>
        <source>There is a new signing key</source>
        <translation>Δημιουργήθηκε νέο κλειδί υπογραφής</translation>
    </message>
    <message>
        <source>Save first</source>
        <translation>Αποθηκεύστε πρώτα</translation>
    </message>
    <message>
        <source>The test uses the settings in force, not those being edited.</source>
        <translation>Η δοκιμή γίνεται με τις ρυθμίσεις που ισχύουν, όχι με όσες αλλάζετε τώρα.</translation>
    </message>
    <message>
        <source>Send a test mail</source>
        <translation>Αποστολή δοκιμαστικού μηνύματος</translation>
    </message>
    <message>
        <source>To which address?</source>
        <translation>Σε ποια διεύθυνση;</translation>
    </message>
    <message>
        <source>Send the test mail</source>
        <translation>Αποστολή δοκιμής</translation>
    </message>
    <message>
        <source>Sending the test mail…</source>
        <translation>Στέλνεται το δοκιμαστικό μήνυμα…</translation>
    </message>
    <message>
        <source>No mail server is set: the test mail lies in the mail folder.</source>
        <translation>Δεν έχει οριστεί διακομιστής: το δοκιμαστικό μήνυμα βρίσκεται στον φάκελο μηνυμάτων.</translation>
    </message>
    <message>
        <source>The server took the test mail.</source>
        <translation>Ο διακομιστής δέχτηκε το δοκιμαστικό μήνυμα.</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ρυθμίσεις</translation>
    </message>
</context>
</TS>
