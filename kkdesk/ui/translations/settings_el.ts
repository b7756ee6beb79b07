<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="el_GR" sourcelanguage="en_GB">
<context>
    <name>Account</name>
    <message>
        <source>Sign out of this computer?</source>
        <translation>Αποσύνδεση από αυτόν τον υπολογιστή;</translation>
    </message>
    <message>
        <source>The keys of this computer are deleted. Signing in again brings everything back.</source>
        <translation>Διαγράφονται τα κλειδιά αυτού του υπολογιστή. Με νέα σύνδεση επιστρέφουν όλα.</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>Αποσύνδεση</translation>
    </message>
    <message>
        <source>Delete the copy of the company&apos;s data from this computer, too</source>
        <translation>Διαγραφή και του αντιγράφου των δεδομένων της εταιρείας</translation>
    </message>
    <message>
        <source>Sign in to %1?</source>
        <translation>Σύνδεση με: %1;</translation>
    </message>
    <message>
        <source>the company</source>
        <translation>την εταιρεία</translation>
    </message>
    <message>
        <source>You will work on the company&apos;s data, with a copy on this computer. What is on this computer now is not mixed with it: it is kept aside in the data folder.</source>
        <translation>Θα δουλεύετε με τα δεδομένα της εταιρείας και θα υπάρχει αντίγραφο σε αυτόν τον υπολογιστή. Όσα υπάρχουν ήδη εδώ δεν ανακατεύονται: μένουν στην άκρη, στον φάκελο δεδομένων.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Συνέχεια</translation>
    </message>
    <message>
        <source>Sign in to the company</source>
        <translation>Σύνδεση με την εταιρεία</translation>
    </message>
    <message>
        <source>Sign in</source>
        <translation>Σύνδεση</translation>
    </message>
    <message>
        <source>You are signed in again: everything is up to date</source>
        <translation>Συνδεθήκατε ξανά: όλα είναι ενημερωμένα</translation>
    </message>
    <message>
        <source>Your browser opens Google&apos;s page. Choose your account there.</source>
        <translation>Ανοίγει η σελίδα της Google στον browser. Επιλέξτε εκεί τον λογαριασμό σας.</translation>
    </message>
    <message>
        <source>Choose %1 on Google&apos;s page.</source>
        <translation>Επιλέξτε %1 στη σελίδα της Google.</translation>
    </message>
    <message>
        <source>Leave to send with Gmail</source>
        <translation>Άδεια αποστολής με Gmail</translation>
    </message>
</context>
<context>
    <name>AccountSection</name>
    <message>
        <source>Account</source>
        <translation>Λογαριασμός</translation>
    </message>
    <message>
        <source>Sign in with your Google account of the company: no keys to type, and your name on what you do.</source>
        <translation>Συνδεθείτε με τον εταιρικό λογαριασμό Google: χωρίς κλειδιά, και με το όνομά σας σε ό,τι κάνετε.</translation>
    </message>
    <message>
        <source>Sign in again…</source>
        <translation>Νέα σύνδεση…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln minute(s)</source>
        <translation>
            <numerusform>%Ln λεπτό</numerusform>
            <numerusform>%Ln λεπτά</numerusform>
        </translation>
    </message>
    <message>
        <source>Your sign-in has ended. Your changes wait here until you sign in again.</source>
        <translation>Η σύνδεσή σας έληξε. Οι αλλαγές σας περιμένουν εδώ μέχρι να συνδεθείτε ξανά.</translation>
    </message>
    <message>
        <source>The system&apos;s keyring is not available: you stay signed in until KK Desk is closed, and nothing is kept in a file.</source>
        <translation>Η κλειδοθήκη του συστήματος δεν είναι διαθέσιμη: μένετε συνδεδεμένοι μέχρι να κλείσει το KK Desk, και τίποτα δεν γράφεται σε αρχείο.</translation>
    </message>
    <message>
        <source>The address of KK Desk at your company, as you were given it.</source>
        <translation>Η διεύθυνση του KK Desk στην εταιρεία σας, όπως σας την έδωσαν.</translation>
    </message>
    <message>
        <source>Company</source>
        <translation>Εταιρεία</translation>
    </message>
    <message>
        <source>Sign in with Google…</source>
        <translation>Σύνδεση με Google…</translation>
    </message>
    <message>
        <source>Signed in as</source>
        <translation>Συνδεδεμένος ως</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Ρόλος</translation>
    </message>
    <message>
        <source>Send mails with this Gmail account</source>
        <translation>Αποστολή μηνυμάτων με αυτόν τον λογαριασμό Gmail</translation>
    </message>
    <message>
        <source>Google asks you once whether KK Desk may send. It can read nothing of your mail.</source>
        <translation>Η Google ρωτά μία φορά αν το KK Desk μπορεί να στέλνει. Δεν διαβάζει τίποτα από την αλληλογραφία σας.</translation>
    </message>
    <message>
        <source>Sign out…</source>
        <translation>Αποσύνδεση…</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Ποτέ</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>Κλείδωμα τώρα</translation>
    </message>
    <message>
        <source>When nobody has touched mouse or keyboard for so long; you then sign in again to go on.</source>
        <translation>Όταν κανείς δεν αγγίζει ποντίκι ή πληκτρολόγιο για τόση ώρα· μετά συνεχίζετε με νέα σύνδεση.</translation>
    </message>
    <message>
        <source>Lock the window</source>
        <translation>Κλείδωμα του παραθύρου</translation>
    </message>
</context>
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
    <name>BouncesSection</name>
    <message>
        <source>Returned mails</source>
        <translation>Επιστροφές μηνυμάτων</translation>
    </message>
    <message>
        <source>KK Desk reads the mailbox where mails come back and no longer writes to addresses that do not exist. Only what is about your campaigns is touched, and nothing is deleted.</source>
        <translation>Το KK Desk διαβάζει το γραμματοκιβώτιο όπου επιστρέφουν μηνύματα και δεν ξαναγράφει σε διευθύνσεις που δεν υπάρχουν. Αγγίζει μόνο όσα αφορούν τις καμπάνιες σας και δεν διαγράφει τίποτα.</translation>
    </message>
    <message>
        <source>Mails come back to</source>
        <translation>Επιστρέφουν στο</translation>
    </message>
    <message>
        <source>An address that takes additions: what is sent to bounces+abc@… must arrive too. Empty: the sender.</source>
        <translation>Διεύθυνση που δέχεται προσθήκες: πρέπει να φτάνουν και όσα στέλνονται στο bounces+abc@…. Κενό: στον αποστολέα.</translation>
    </message>
    <message>
        <source>IMAP server</source>
        <translation>Διακομιστής IMAP</translation>
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
        <source>Folder</source>
        <translation>Φάκελος</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Κατάσταση</translation>
    </message>
    <message>
        <source>Try the mailbox</source>
        <translation>Δοκιμή γραμματοκιβωτίου</translation>
    </message>
    <message>
        <source>No mailbox is read</source>
        <translation>Δεν διαβάζεται γραμματοκιβώτιο</translation>
    </message>
    <message>
        <source>It cannot be read</source>
        <translation>Δεν διαβάζεται</translation>
    </message>
    <message>
        <source>It is read</source>
        <translation>Διαβάζεται</translation>
    </message>
    <message>
        <source>Last time: %1</source>
        <translation>Τελευταία φορά: %1</translation>
    </message>
    <message>
        <source>Not read yet</source>
        <translation>Δεν έχει διαβαστεί ακόμη</translation>
    </message>
</context>
<context>
    <name>CallsDialog</name>
    <message>
        <source>Last calls</source>
        <translation>Τελευταίες κλήσεις</translation>
    </message>
    <message>
        <source>It has not been called yet.</source>
        <translation>Δεν έχει κληθεί ακόμη.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Κλείσιμο</translation>
    </message>
</context>
<context>
    <name>CallsModel</name>
    <message>
        <source>When</source>
        <translation>Πότε</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Αποτέλεσμα</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Διάρκεια</translation>
    </message>
</context>
<context>
    <name>ConnectDialog</name>
    <message>
        <source>Address</source>
        <translation>Διεύθυνση</translation>
    </message>
    <message>
        <source>As Turso shows it: libsql://…</source>
        <translation>Όπως τη δείχνει το Turso: libsql://…</translation>
    </message>
    <message>
        <source>Access key</source>
        <translation>Κλειδί πρόσβασης</translation>
    </message>
    <message>
        <source>Kept in the system&apos;s keyring, never in a file.</source>
        <translation>Φυλάσσεται στην κλειδοθήκη του συστήματος, ποτέ σε αρχείο.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Συνέχεια</translation>
    </message>
    <message>
        <source>An address begins with libsql:// or https://</source>
        <translation>Η διεύθυνση αρχίζει με libsql:// ή https://</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Έλεγχος…</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Έναρξη</translation>
    </message>
    <message>
        <source>Every row was compared: all is there, and the same.</source>
        <translation>Συγκρίθηκαν όλες οι εγγραφές: δεν λείπει καμία και είναι όλες ίδιες.</translation>
    </message>
    <message>
        <source>All colleagues then work on the same data. A copy stays on this computer, so that work goes on without a network.</source>
        <translation>Όλοι οι συνάδελφοι δουλεύουν έτσι πάνω στα ίδια δεδομένα. Ένα αντίγραφο μένει σε αυτόν τον υπολογιστή, ώστε η δουλειά να συνεχίζεται και χωρίς δίκτυο.</translation>
    </message>
    <message>
        <source>Go on with the upload that was begun</source>
        <translation>Συνέχιση της μεταφόρτωσης που έχει αρχίσει</translation>
    </message>
    <message>
        <source>Upload this computer&apos;s data to it</source>
        <translation>Μεταφόρτωση των δεδομένων αυτού του υπολογιστή</translation>
    </message>
    <message>
        <source>Join what is there</source>
        <translation>Σύνδεση με ό,τι υπάρχει εκεί</translation>
    </message>
    <message>
        <source>An upload of this computer&apos;s data to this database was begun and not finished.</source>
        <translation>Η μεταφόρτωση των δεδομένων αυτού του υπολογιστή σε αυτή τη βάση άρχισε και δεν ολοκληρώθηκε.</translation>
    </message>
    <message>
        <source>This database is empty.</source>
        <translation>Αυτή η βάση είναι κενή.</translation>
    </message>
    <message>
        <source>without a name</source>
        <translation>χωρίς όνομα</translation>
    </message>
    <message numerus="yes">
        <source>Found: %1, with %n customer(s).</source>
        <translation>
            <numerusform>Βρέθηκε: %1, με %Ln πελάτη.</numerusform>
            <numerusform>Βρέθηκε: %1, με %Ln πελάτες.</numerusform>
        </translation>
    </message>
    <message>
        <source>Found: %1, no customers.</source>
        <translation>Βρέθηκε: %1, χωρίς πελάτες.</translation>
    </message>
    <message>
        <source>Not possible: there is data in it already.</source>
        <translation>Δεν γίνεται: η βάση έχει ήδη δεδομένα.</translation>
    </message>
    <message>
        <source>Everything is copied and compared row by row. It may be stopped and continued later.</source>
        <translation>Όλα αντιγράφονται και συγκρίνονται εγγραφή προς εγγραφή. Μπορείτε να διακόψετε και να συνεχίσετε αργότερα.</translation>
    </message>
    <message>
        <source>Not possible before the upload is complete.</source>
        <translation>Δεν γίνεται πριν ολοκληρωθεί η μεταφόρτωση.</translation>
    </message>
    <message>
        <source>Begin with no customers. The data of this computer is kept aside in the data folder.</source>
        <translation>Ξεκινάτε χωρίς πελάτες. Τα δεδομένα αυτού του υπολογιστή φυλάσσονται στον φάκελο δεδομένων.</translation>
    </message>
    <message>
        <source>The data of this computer is not mixed with it; it is kept aside in the data folder.</source>
        <translation>Τα δεδομένα αυτού του υπολογιστή δεν αναμειγνύονται με αυτά· φυλάσσονται στον φάκελο δεδομένων.</translation>
    </message>
</context>
<context>
    <name>CronSection</name>
    <message>
        <source>Automatic calls (cron-job.org)</source>
        <translation>Αυτόματες κλήσεις (cron-job.org)</translation>
    </message>
    <message>
        <source>cron-job.org calls the company&apos;s endpoints every minute, so that campaigns leave even while every computer is off.</source>
        <translation>Το cron-job.org καλεί κάθε λεπτό τον διακομιστή της εταιρείας, ώστε οι καμπάνιες να φεύγουν και με όλους τους υπολογιστές κλειστούς.</translation>
    </message>
    <message>
        <source>API key</source>
        <translation>Κλειδί API</translation>
    </message>
    <message>
        <source>Made at console.cron-job.org, under “Settings”. Kept in the system&apos;s keyring, never in a file.</source>
        <translation>Φτιάχνεται στο console.cron-job.org, στο «Settings». Φυλάσσεται στην κλειδοθήκη του συστήματος, ποτέ σε αρχείο.</translation>
    </message>
    <message>
        <source>Make one…</source>
        <translation>Νέο κλειδί…</translation>
    </message>
    <message>
        <source>Key of the calls</source>
        <translation>Κλειδί των κλήσεων</translation>
    </message>
    <message>
        <source>The same that the endpoints have as CRON_SECRET. Kept in the keyring, too.</source>
        <translation>Το ίδιο που έχει ο διακομιστής ως CRON_SECRET. Φυλάσσεται και αυτό στην κλειδοθήκη.</translation>
    </message>
    <message>
        <source>Set up</source>
        <translation>Ρύθμιση</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Νέος έλεγχος</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Διαγραφή…</translation>
    </message>
    <message>
        <source>Not known yet</source>
        <extracomment>What changes the company&apos;s jobs.</extracomment>
        <translation>Άγνωστο ακόμη</translation>
    </message>
    <message>
        <source>Not set up</source>
        <translation>Δεν έχει ρυθμιστεί</translation>
    </message>
    <message>
        <source>Give both keys and save; then press “Set up”.</source>
        <translation>Δώστε και τα δύο κλειδιά και αποθηκεύστε· έπειτα πατήστε «Ρύθμιση».</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Έλεγχος…</translation>
    </message>
    <message>
        <source>Repair</source>
        <translation>Επιδιόρθωση</translation>
    </message>
    <message>
        <source>“%1” is not called any more. %2</source>
        <translation>«%1»: δεν γίνονται πια κλήσεις. %2</translation>
    </message>
    <message>
        <source>The job “%1” at cron-job.org calls %2, too. It is not KK Desk&apos;s, and stays as it is.</source>
        <translation>Και η εργασία «%1» του cron-job.org καλεί το %2. Δεν είναι του KK Desk και μένει όπως είναι.</translation>
    </message>
    <message>
        <source>cron-job.org did not list all jobs: those that are missing here may be there.</source>
        <translation>Το cron-job.org δεν έδειξε όλες τις εργασίες: όσες λείπουν εδώ ίσως υπάρχουν.</translation>
    </message>
    <message>
        <source>Last calls…</source>
        <translation>Τελευταίες κλήσεις…</translation>
    </message>
    <message>
        <source>Last call: %1</source>
        <translation>Τελευταία κλήση: %1</translation>
    </message>
    <message>
        <source>next: %1</source>
        <translation>επόμενη: %1</translation>
    </message>
    <message>
        <source>Not as it should be: %1</source>
        <translation>Δεν είναι όπως πρέπει: %1</translation>
    </message>
</context>
<context>
    <name>CronSettings</name>
    <message>
        <source>Asking cron-job.org…</source>
        <translation>Έλεγχος στο cron-job.org…</translation>
    </message>
    <message>
        <source>Setting up cron-job.org…</source>
        <translation>Ρύθμιση του cron-job.org…</translation>
    </message>
    <message>
        <source>Move the job here?</source>
        <translation>Μεταφορά της εργασίας εδώ;</translation>
    </message>
    <message>
        <source>If another installation works at that address, it will no longer be called, and will send nothing by itself.</source>
        <translation>Αν σε εκείνη τη διεύθυνση λειτουργεί άλλη εγκατάσταση, δεν θα καλείται πια και δεν θα στέλνει τίποτα μόνη της.</translation>
    </message>
    <message>
        <source>Move it here</source>
        <translation>Μεταφορά εδώ</translation>
    </message>
    <message>
        <source>Remove the jobs from cron-job.org?</source>
        <translation>Διαγραφή των εργασιών από το cron-job.org;</translation>
    </message>
    <message>
        <source>The endpoints are no longer called. Campaigns then leave only while KK Desk is open on a computer that may send.</source>
        <translation>Ο διακομιστής δεν θα καλείται πια. Οι καμπάνιες θα φεύγουν μόνο όσο το KK Desk είναι ανοιχτό σε υπολογιστή που μπορεί να στέλνει.</translation>
    </message>
    <message>
        <source>Remove the jobs</source>
        <translation>Διαγραφή των εργασιών</translation>
    </message>
    <message>
        <source>Removing the jobs…</source>
        <translation>Διαγραφή των εργασιών…</translation>
    </message>
    <message>
        <source>Replace the key of the calls?</source>
        <translation>Αντικατάσταση του κλειδιού των κλήσεων;</translation>
    </message>
    <message>
        <source>Until the endpoints and cron-job.org both have the new one, no call will get through.</source>
        <translation>Ώσπου να έχουν το νέο και ο διακομιστής και το cron-job.org, καμία κλήση δεν θα γίνεται δεκτή.</translation>
    </message>
    <message>
        <source>Replace the key</source>
        <translation>Αντικατάσταση</translation>
    </message>
    <message>
        <source>cron-job.org calls the endpoints</source>
        <translation>Το cron-job.org καλεί τον διακομιστή</translation>
    </message>
    <message numerus="yes">
        <source>%n duplicate(s) removed.</source>
        <translation>
            <numerusform>Διαγράφηκε %Ln διπλή εργασία.</numerusform>
            <numerusform>Διαγράφηκαν %Ln διπλές εργασίες.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) removed from cron-job.org</source>
        <translation>
            <numerusform>Διαγράφηκε %Ln εργασία από το cron-job.org</numerusform>
            <numerusform>Διαγράφηκαν %Ln εργασίες από το cron-job.org</numerusform>
        </translation>
    </message>
    <message>
        <source>Save first</source>
        <translation>Αποθηκεύστε πρώτα</translation>
    </message>
    <message>
        <source>This uses the settings in force, not those being edited.</source>
        <translation>Χρησιμοποιούνται οι ρυθμίσεις που ισχύουν, όχι όσες επεξεργάζεστε.</translation>
    </message>
</context>
<context>
    <name>DatabaseDialogs</name>
    <message>
        <source>Connect to the company&apos;s database (Turso)</source>
        <translation>Σύνδεση με τη βάση της εταιρείας (Turso)</translation>
    </message>
    <message>
        <source>Work locally</source>
        <translation>Τοπική εργασία</translation>
    </message>
    <message>
        <source>New access key</source>
        <translation>Νέο κλειδί πρόσβασης</translation>
    </message>
    <message>
        <source>The key that the company&apos;s database gave you. Changes that wait are sent as soon as it is taken.</source>
        <translation>Το κλειδί που σας έδωσε η βάση της εταιρείας. Οι αλλαγές που περιμένουν στέλνονται μόλις γίνει δεκτό.</translation>
    </message>
    <message>
        <source>Use the key</source>
        <translation>Χρήση του κλειδιού</translation>
    </message>
    <message>
        <source>Access key</source>
        <translation>Κλειδί πρόσβασης</translation>
    </message>
    <message>
        <source>Kept in the system&apos;s keyring, never in a file.</source>
        <translation>Φυλάσσεται στην κλειδοθήκη του συστήματος, ποτέ σε αρχείο.</translation>
    </message>
    <message>
        <source>Connecting…</source>
        <translation>Σύνδεση…</translation>
    </message>
    <message>
        <source>The new key works: everything is up to date</source>
        <translation>Το νέο κλειδί έγινε δεκτό: όλα είναι ενημερωμένα</translation>
    </message>
</context>
<context>
    <name>DatabaseSection</name>
    <message>
        <source>Database</source>
        <translation>Βάση δεδομένων</translation>
    </message>
    <message>
        <source>The data is</source>
        <translation>Τα δεδομένα βρίσκονται</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Διεύθυνση</translation>
    </message>
    <message>
        <source>Synchronisation</source>
        <translation>Συγχρονισμός</translation>
    </message>
    <message>
        <source>Connect to the company&apos;s database (Turso)…</source>
        <translation>Σύνδεση με τη βάση της εταιρείας (Turso)…</translation>
    </message>
    <message>
        <source>New access key…</source>
        <translation>Νέο κλειδί πρόσβασης…</translation>
    </message>
    <message>
        <source>Work locally…</source>
        <translation>Τοπική εργασία…</translation>
    </message>
    <message>
        <source>Data folder</source>
        <translation>Φάκελος δεδομένων</translation>
    </message>
    <message>
        <source>Log files</source>
        <translation>Αρχεία καταγραφής</translation>
    </message>
    <message>
        <source>On this computer alone</source>
        <translation>Μόνο σε αυτόν τον υπολογιστή</translation>
    </message>
    <message>
        <source>In the company&apos;s database, with a copy on this computer</source>
        <translation>Στη βάση της εταιρείας, με αντίγραφο σε αυτόν τον υπολογιστή</translation>
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
    <name>LocalDialog</name>
    <message>
        <source>The data is copied to a file of this computer alone. From then on your changes are not sent to the company, and those of your colleagues do not come here.</source>
        <translation>Τα δεδομένα αντιγράφονται σε αρχείο που ανήκει μόνο σε αυτόν τον υπολογιστή. Από εκεί και πέρα οι αλλαγές σας δεν στέλνονται στην εταιρεία και οι αλλαγές των συναδέλφων σας δεν έρχονται εδώ.</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) have not been sent yet. They are in the copy, and leave when you connect again.</source>
        <translation>
            <numerusform>%Ln αλλαγή δεν έχει σταλεί ακόμη. Βρίσκεται στο αντίγραφο και θα σταλεί όταν συνδεθείτε ξανά.</numerusform>
            <numerusform>%Ln αλλαγές δεν έχουν σταλεί ακόμη. Βρίσκονται στο αντίγραφο και θα σταλούν όταν συνδεθείτε ξανά.</numerusform>
        </translation>
    </message>
    <message>
        <source>Make a local copy</source>
        <translation>Δημιουργία τοπικού αντιγράφου</translation>
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
    <name>Moving</name>
    <message>
        <source>Reading the data of this computer</source>
        <translation>Ανάγνωση των δεδομένων αυτού του υπολογιστή</translation>
    </message>
    <message>
        <source>Uploading</source>
        <translation>Μεταφόρτωση</translation>
    </message>
    <message>
        <source>Fetching the company&apos;s data</source>
        <translation>Λήψη των δεδομένων της εταιρείας</translation>
    </message>
    <message>
        <source>Comparing row by row</source>
        <translation>Σύγκριση εγγραφή προς εγγραφή</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 από %2</translation>
    </message>
</context>
<context>
    <name>MovingDialog</name>
    <message>
        <source>Cancel</source>
        <extracomment>Starts a move: it is told where to report, and what stops it.</extracomment>
        <translation>Άκυρο</translation>
    </message>
    <message>
        <source>Beginning…</source>
        <translation>Έναρξη…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Διακοπή</translation>
    </message>
    <message>
        <source>Done: everything is in its new place.</source>
        <translation>Ολοκληρώθηκε: όλα είναι στη νέα τους θέση.</translation>
    </message>
    <message>
        <source>%1 rows in %2 tables.</source>
        <translation>%1 εγγραφές σε %2 πίνακες.</translation>
    </message>
    <message>
        <source>KK Desk will now open again with this data.</source>
        <translation>Το KK Desk θα ανοίξει τώρα ξανά με αυτά τα δεδομένα.</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Συνέχεια</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Διακόπτεται…</translation>
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
    <name>SecretDialog</name>
    <message>
        <source>The new key of the calls</source>
        <translation>Το νέο κλειδί των κλήσεων</translation>
    </message>
    <message>
        <source>Put it into the environment of the endpoints as CRON_SECRET and start them again. Then press “Set up” or “Repair” here. The key is kept in this computer&apos;s keyring and is not shown again.</source>
        <translation>Βάλτε το στο περιβάλλον του διακομιστή ως CRON_SECRET και επανεκκινήστε τον. Έπειτα πατήστε εδώ «Ρύθμιση» ή «Επιδιόρθωση». Το κλειδί φυλάχτηκε στην κλειδοθήκη αυτού του υπολογιστή και δεν εμφανίζεται ξανά.</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Κλειδί</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Αντιγραφή</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Αντιγράφηκε</translation>
    </message>
</context>
<context>
    <name>SendingSection</name>
    <message>
        <source>Sending</source>
        <translation>Αποστολή</translation>
    </message>
    <message>
        <source>For the whole company: every computer and the cloud keep these limits together.</source>
        <translation>Για όλη την εταιρεία: όλοι οι υπολογιστές και το cloud τηρούν μαζί αυτά τα όρια.</translation>
    </message>
    <message>
        <source>Automatically</source>
        <translation>Αυτόματα</translation>
    </message>
    <message>
        <source>The cloud only</source>
        <translation>Μόνο το cloud</translation>
    </message>
    <message>
        <source>The computers of the company</source>
        <translation>Οι υπολογιστές της εταιρείας</translation>
    </message>
    <message>
        <source>Who sends</source>
        <translation>Ποιος στέλνει</translation>
    </message>
    <message>
        <source>Mails per second</source>
        <translation>Μηνύματα ανά δευτερόλεπτο</translation>
    </message>
    <message>
        <source>Mails per minute</source>
        <translation>Μηνύματα ανά λεπτό</translation>
    </message>
    <message>
        <source>Mails per hour</source>
        <translation>Μηνύματα ανά ώρα</translation>
    </message>
    <message>
        <source>Mails per day</source>
        <translation>Μηνύματα ανά ημέρα</translation>
    </message>
    <message>
        <source>Set what your mail provider allows: when a limit is reached, the rest waits and then goes on.</source>
        <translation>Ορίστε όσα επιτρέπει ο πάροχός σας: όταν συμπληρωθεί ένα όριο, τα υπόλοιπα περιμένουν και μετά η αποστολή συνεχίζεται.</translation>
    </message>
    <message>
        <source>At once per domain</source>
        <translation>Ταυτόχρονα ανά τομέα</translation>
    </message>
    <message>
        <source>How many mails one domain of recipients (such as gmail.com) is handed at the same moment.</source>
        <translation>Πόσα μηνύματα παραδίδονται την ίδια στιγμή σε έναν τομέα παραληπτών (π.χ. gmail.com).</translation>
    </message>
    <message>
        <source>No limit</source>
        <translation>Χωρίς όριο</translation>
    </message>
    <message>
        <source>The cloud, once it is set up and answers; else the computers where KK Desk is open.</source>
        <translation>Το cloud, εφόσον έχει ρυθμιστεί και ανταποκρίνεται· αλλιώς οι υπολογιστές όπου είναι ανοιχτό το KK Desk.</translation>
    </message>
    <message>
        <source>Computers never send, and need no password of the mail server.</source>
        <translation>Οι υπολογιστές δεν στέλνουν ποτέ και δεν χρειάζονται τον κωδικό του διακομιστή.</translation>
    </message>
    <message>
        <source>Campaigns leave only while KK Desk is open on a computer with a mail server set.</source>
        <translation>Οι καμπάνιες φεύγουν μόνο όσο το KK Desk είναι ανοιχτό σε υπολογιστή με ρυθμισμένο διακομιστή αλληλογραφίας.</translation>
    </message>
</context>
<context>
    <name>SettingsForm</name>
    <message>
        <source>Unchanged</source>
        <extracomment>The style sheet gives a spin box&apos;s padding to its frame; its text would begin at the very edge.</extracomment>
        <translation>Χωρίς αλλαγή</translation>
    </message>
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
        <source>Settings</source>
        <translation>Ρυθμίσεις</translation>
    </message>
</context>
<context>
    <name>SignOutQuestion</name>
    <message numerus="yes">
        <source>%Ln change(s) have not been sent yet. They are lost when the copy is deleted.</source>
        <translation>
            <numerusform>%Ln αλλαγή δεν έχει σταλεί ακόμη. Θα χαθεί αν διαγραφεί το αντίγραφο.</numerusform>
            <numerusform>%Ln αλλαγές δεν έχουν σταλεί ακόμη. Θα χαθούν αν διαγραφεί το αντίγραφο.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Team</name>
    <message>
        <source>%1 may sign in now</source>
        <translation>%1: μπορεί πια να συνδεθεί</translation>
    </message>
    <message>
        <source>The invitation is withdrawn</source>
        <translation>Η πρόσκληση ανακλήθηκε</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>%1 is let in no more</source>
        <translation>%1: δεν έχει πια πρόσβαση</translation>
    </message>
    <message>
        <source>Make %1 an owner?</source>
        <translation>Να γίνει ιδιοκτήτης: %1;</translation>
    </message>
    <message>
        <source>Owners can remove everybody, you included.</source>
        <translation>Οι ιδιοκτήτες μπορούν να αφαιρέσουν τους πάντες, και εσάς.</translation>
    </message>
    <message>
        <source>Make an owner</source>
        <translation>Να γίνει ιδιοκτήτης</translation>
    </message>
    <message>
        <source>%1 cannot sign in any more, here or in the web app. The copy on their computers is deleted as soon as these have a network.</source>
        <translation>Ο λογαριασμός %1 δεν θα μπορεί πια να συνδεθεί, ούτε εδώ ούτε στην εφαρμογή ιστού. Το αντίγραφο στους υπολογιστές του διαγράφεται μόλις έχουν δίκτυο.</translation>
    </message>
    <message>
        <source>A key that they have been given still works until %1.</source>
        <translation>Κλειδί που έχει ήδη δοθεί ισχύει ακόμη μέχρι τις %1.</translation>
    </message>
    <message>
        <source>Remove %1?</source>
        <translation>Αφαίρεση: %1;</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Αφαίρεση</translation>
    </message>
</context>
<context>
    <name>TeamSection</name>
    <message>
        <source>Team</source>
        <extracomment>The member, and the role.</extracomment>
        <translation>Ομάδα</translation>
    </message>
    <message>
        <source>Who works with the company&apos;s data, and who may do what.</source>
        <translation>Ποιοι δουλεύουν με τα δεδομένα της εταιρείας, και τι επιτρέπεται στον καθένα.</translation>
    </message>
    <message>
        <source>E-mail of whom to invite</source>
        <translation>E-mail για πρόσκληση</translation>
    </message>
    <message>
        <source>Invite</source>
        <translation>Πρόσκληση</translation>
    </message>
    <message>
        <source>They sign in with this Google account within two weeks. KK Desk sends no mail: tell them.</source>
        <translation>Συνδέεται με αυτόν τον λογαριασμό Google μέσα σε δύο εβδομάδες. Το KK Desk δεν στέλνει μήνυμα: ενημερώστε εσείς.</translation>
    </message>
    <message>
        <source>Invite somebody</source>
        <translation>Νέο μέλος</translation>
    </message>
    <message>
        <source>Only an owner invites, removes and changes roles.</source>
        <translation>Μόνο ένας ιδιοκτήτης προσκαλεί, αφαιρεί και αλλάζει ρόλους.</translation>
    </message>
    <message>
        <source>Nobody has signed in yet.</source>
        <translation>Δεν έχει συνδεθεί ακόμη κανείς.</translation>
    </message>
    <message>
        <source>%1 (you)</source>
        <translation>%1 (εσείς)</translation>
    </message>
    <message>
        <source>never here</source>
        <translation>καμία σύνδεση</translation>
    </message>
    <message>
        <source>Role of %1</source>
        <translation>Ρόλος: %1</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Αφαίρεση…</translation>
    </message>
    <message>
        <source>Remove %1</source>
        <translation>Αφαίρεση: %1</translation>
    </message>
    <message>
        <source>invited, until %1</source>
        <translation>σε πρόσκληση, έως %1</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>Ανάκληση</translation>
    </message>
    <message>
        <source>Withdraw the invitation of %1</source>
        <translation>Ανάκληση της πρόσκλησης: %1</translation>
    </message>
</context>
<context>
    <name>Trials</name>
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
        <source>Signing in to the mailbox…</source>
        <translation>Σύνδεση στο γραμματοκιβώτιο…</translation>
    </message>
    <message numerus="yes">
        <source>The mailbox can be read: %Ln message(s) in the folder.</source>
        <translation>
            <numerusform>Το γραμματοκιβώτιο διαβάζεται: %Ln μήνυμα στον φάκελο.</numerusform>
            <numerusform>Το γραμματοκιβώτιο διαβάζεται: %Ln μηνύματα στον φάκελο.</numerusform>
        </translation>
    </message>
    <message>
        <source>Save first</source>
        <translation>Αποθηκεύστε πρώτα</translation>
    </message>
    <message>
        <source>The test uses the settings in force, not those being edited.</source>
        <translation>Η δοκιμή γίνεται με τις ρυθμίσεις που ισχύουν, όχι με όσες αλλάζετε τώρα.</translation>
    </message>
</context>
</TS>
