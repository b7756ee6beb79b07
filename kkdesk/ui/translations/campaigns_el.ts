<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="el_GR" sourcelanguage="en_GB">
<context>
    <name>AudiencePanel</name>
    <message>
        <source>Everyone</source>
        <extracomment>Counting takes half a second of work for 100,000 customers: not at every change somebody else makes.</extracomment>
        <translation>Όλοι</translation>
    </message>
    <message>
        <source>Only those who match what I choose</source>
        <translation>Μόνο όσοι ταιριάζουν με τις επιλογές μου</translation>
    </message>
    <message>
        <source>Part of the recipients stored with this campaign is not understood. Please choose again.</source>
        <translation>Μέρος των παραληπτών που ήταν αποθηκευμένοι στην καμπάνια δεν είναι κατανοητό. Παρακαλούμε επιλέξτε ξανά.</translation>
    </message>
    <message>
        <source>Every active customer with an e-mail address who has not unsubscribed.</source>
        <translation>Κάθε ενεργός πελάτης με e-mail που δεν έχει διαγραφεί από τη λίστα.</translation>
    </message>
    <message>
        <source>Whoever matches at least one choice in each of the lists used: all lists together narrow.</source>
        <translation>Όσοι ταιριάζουν με τουλάχιστον μία επιλογή σε κάθε λίστα που χρησιμοποιείτε.</translation>
    </message>
    <message>
        <source>More choices in one list add recipients; choices in another list narrow them down.</source>
        <translation>Περισσότερες επιλογές στην ίδια λίστα προσθέτουν παραλήπτες· επιλογές σε άλλη λίστα τους περιορίζουν.</translation>
    </message>
    <message>
        <source>Everyone (%1 customers)</source>
        <translation>Όλοι (%1 πελάτες)</translation>
    </message>
    <message>
        <source>Segments</source>
        <translation>Τμήματα</translation>
    </message>
    <message>
        <source>Search segments</source>
        <translation>Αναζήτηση τμημάτων</translation>
    </message>
    <message>
        <source>No segments yet.</source>
        <translation>Δεν υπάρχουν τμήματα ακόμη.</translation>
    </message>
    <message>
        <source>Deleted segment</source>
        <translation>Διαγραμμένο τμήμα</translation>
    </message>
    <message>
        <source>Categories</source>
        <translation>Κατηγορίες</translation>
    </message>
    <message>
        <source>Search categories</source>
        <translation>Αναζήτηση κατηγοριών</translation>
    </message>
    <message>
        <source>No customers yet.</source>
        <translation>Δεν υπάρχουν πελάτες ακόμη.</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Ετικέτες</translation>
    </message>
    <message>
        <source>Search tags</source>
        <translation>Αναζήτηση ετικετών</translation>
    </message>
    <message>
        <source>No tags yet.</source>
        <translation>Δεν υπάρχουν ετικέτες ακόμη.</translation>
    </message>
    <message>
        <source>Deleted tag</source>
        <translation>Διαγραμμένη ετικέτα</translation>
    </message>
    <message>
        <source>Towns</source>
        <translation>Πόλεις</translation>
    </message>
    <message>
        <source>Search towns</source>
        <translation>Αναζήτηση πόλεων</translation>
    </message>
    <message>
        <source>No towns yet.</source>
        <translation>Δεν υπάρχουν πόλεις ακόμη.</translation>
    </message>
</context>
<context>
    <name>AudienceVerdict</name>
    <message>
        <source>Nobody has been chosen yet</source>
        <translation>Δεν έχει επιλεγεί κανείς ακόμη</translation>
    </message>
    <message>
        <source>Choose towns, tags, segments or categories. To mail everyone, say so: choose “Everyone”.</source>
        <translation>Επιλέξτε πόλεις, ετικέτες, τμήματα ή κατηγορίες. Για να σταλεί σε όλους, επιλέξτε «Όλοι».</translation>
    </message>
    <message numerus="yes">
        <source>customer(s) get it</source>
        <translation>
            <numerusform>πελάτης θα το λάβει</numerusform>
            <numerusform>πελάτες θα το λάβουν</numerusform>
        </translation>
    </message>
    <message>
        <source>See who gets it</source>
        <translation>Δείτε ποιοι το λαμβάνουν</translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) you chose do not get it:</source>
        <translation>
            <numerusform>%Ln από τους επιλεγμένους δεν θα το λάβει:</numerusform>
            <numerusform>%Ln από τους επιλεγμένους δεν θα το λάβουν:</numerusform>
        </translation>
    </message>
    <message>
        <source>Everybody you chose gets it.</source>
        <translation>Θα το λάβουν όλοι όσοι επιλέξατε.</translation>
    </message>
</context>
<context>
    <name>CampaignActions</name>
    <message>
        <source>Copying the campaign…</source>
        <translation>Γίνεται αντίγραφο της καμπάνιας…</translation>
    </message>
    <message>
        <source>Copied. You see the copy.</source>
        <translation>Έγινε αντίγραφο. Βλέπετε το αντίγραφο.</translation>
    </message>
    <message>
        <source>Deleting the campaign…</source>
        <translation>Διαγράφεται η καμπάνια…</translation>
    </message>
    <message>
        <source>Deleted: %1</source>
        <translation>Διαγράφηκε: %1</translation>
    </message>
    <message>
        <source>Open the settings</source>
        <translation>Άνοιγμα ρυθμίσεων</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Κλείσιμο</translation>
    </message>
</context>
<context>
    <name>CampaignList</name>
    <message>
        <source>Name or subject</source>
        <extracomment>Campaigns read in one go. Seconds for which names of tags and segments are good: while mails go out the list is read every second.</extracomment>
        <translation>Όνομα ή θέμα</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Κατάσταση</translation>
    </message>
    <message>
        <source>Campaigns</source>
        <translation>Καμπάνιες</translation>
    </message>
    <message numerus="yes">
        <source>%n campaign(s)</source>
        <translation>
            <numerusform>%Ln καμπάνια</numerusform>
            <numerusform>%Ln καμπάνιες</numerusform>
        </translation>
    </message>
    <message>
        <source>No campaign found</source>
        <translation>Δεν βρέθηκε καμπάνια</translation>
    </message>
    <message>
        <source>None has this status or these words in its name or subject.</source>
        <translation>Καμία δεν έχει αυτή την κατάσταση ή αυτές τις λέξεις στο όνομα ή στο θέμα.</translation>
    </message>
    <message>
        <source>Show all campaigns</source>
        <translation>Εμφάνιση όλων</translation>
    </message>
    <message>
        <source>Your first campaign</source>
        <translation>Η πρώτη σας καμπάνια</translation>
    </message>
    <message>
        <source>Write a mail, choose who gets it, see it as they will, and follow who opens it. Nothing is sent before you confirm the number of recipients.</source>
        <translation>Γράψτε ένα μήνυμα, επιλέξτε ποιοι θα το λάβουν, δείτε το όπως θα το δουν και παρακολουθήστε ποιοι το άνοιξαν. Τίποτα δεν στέλνεται πριν επιβεβαιώσετε τον αριθμό των παραληπτών.</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Νέα καμπάνια</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Άνοιγμα</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Αντίγραφο</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Διαγραφή</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Πρότυπα</translation>
    </message>
    <message>
        <source>Signatures</source>
        <translation>Υπογραφές</translation>
    </message>
    <message>
        <source>Templates and signatures</source>
        <translation>Πρότυπα και υπογραφές</translation>
    </message>
    <message>
        <source>From a template…</source>
        <translation>Από πρότυπο…</translation>
    </message>
</context>
<context>
    <name>CampaignModel</name>
    <message>
        <source>Campaign</source>
        <extracomment>The whole `CampaignSummary` of a row.</extracomment>
        <translation>Καμπάνια</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Κατάσταση</translation>
    </message>
    <message>
        <source>Recipients</source>
        <translation>Παραλήπτες</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Στάλθηκαν</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>Άνοιξαν</translation>
    </message>
    <message>
        <source>Clicked</source>
        <translation>Κλικ</translation>
    </message>
    <message>
        <source>Unsubscribed</source>
        <translation>Διαγραφές</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Ημερομηνία</translation>
    </message>
    <message>
        <source>Opens and clicks of this campaign are not tracked</source>
        <translation>Τα ανοίγματα και τα κλικ αυτής της καμπάνιας δεν καταγράφονται</translation>
    </message>
    <message numerus="yes">
        <source>%n unconfirmed</source>
        <translation>
            <numerusform>%Ln ανεπιβεβαίωτο</numerusform>
            <numerusform>%Ln ανεπιβεβαίωτα</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignOutcome</name>
    <message>
        <source>Recipients</source>
        <translation>Παραλήπτες</translation>
    </message>
    <message>
        <source>Links</source>
        <translation>Σύνδεσμοι</translation>
    </message>
    <message>
        <source>The mail</source>
        <translation>Το μήνυμα</translation>
    </message>
    <message>
        <source>No link has been clicked yet</source>
        <translation>Κανένας σύνδεσμος δεν έχει πατηθεί ακόμη</translation>
    </message>
    <message>
        <source>Clicks are not tracked</source>
        <translation>Τα κλικ δεν καταγράφονται</translation>
    </message>
    <message>
        <source>In this campaign nobody sees who opened the mail or which links were clicked.</source>
        <translation>Σε αυτή την καμπάνια κανείς δεν βλέπει ποιος άνοιξε το μήνυμα ή ποιοι σύνδεσμοι πατήθηκαν.</translation>
    </message>
    <message>
        <source>Opens and clicks are tracked from now on</source>
        <translation>Από εδώ και πέρα τα ανοίγματα και τα κλικ καταγράφονται</translation>
    </message>
    <message>
        <source>Opens and clicks are not tracked any more</source>
        <translation>Τα ανοίγματα και τα κλικ δεν καταγράφονται πια</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Σε παύση</translation>
    </message>
    <message>
        <source>Sending goes on</source>
        <translation>Η αποστολή συνεχίζεται</translation>
    </message>
    <message>
        <source>Mails that have left cannot be called back.</source>
        <translation>Μηνύματα που έχουν φύγει δεν ανακαλούνται.</translation>
    </message>
    <message>
        <source>Cancel this campaign?</source>
        <translation>Να ακυρωθεί η καμπάνια;</translation>
    </message>
    <message>
        <source>Cancel the %1 mails that have not been sent?</source>
        <translation>Να ακυρωθούν τα %1 μηνύματα που δεν έχουν σταλεί;</translation>
    </message>
    <message>
        <source>Cancel the sending</source>
        <translation>Ακύρωση αποστολής</translation>
    </message>
    <message>
        <source>Go on sending</source>
        <translation>Συνέχιση αποστολής</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Ακυρώθηκε</translation>
    </message>
    <message>
        <source>It is a draft again; nothing will be sent.</source>
        <translation>Έγινε ξανά πρόχειρο· δεν θα σταλεί τίποτα.</translation>
    </message>
    <message>
        <source>Trying again now</source>
        <translation>Γίνεται νέα προσπάθεια</translation>
    </message>
</context>
<context>
    <name>CampaignWords</name>
    <message>
        <source>Not understood</source>
        <extracomment>Names of towns, tags and so on that are written out; the rest is a number.</extracomment>
        <translation>Μη κατανοητοί</translation>
    </message>
    <message>
        <source>Nobody yet</source>
        <translation>Κανείς ακόμη</translation>
    </message>
    <message>
        <source>All customers</source>
        <translation>Όλοι οι πελάτες</translation>
    </message>
    <message>
        <source>a deleted tag</source>
        <translation>διαγραμμένη ετικέτα</translation>
    </message>
    <message>
        <source>a deleted segment</source>
        <translation>διαγραμμένο τμήμα</translation>
    </message>
</context>
<context>
    <name>CampaignsPage</name>
    <message>
        <source>Leave without saving?</source>
        <extracomment>The draft that was left for the library of signatures.</extracomment>
        <translation>Έξοδος χωρίς αποθήκευση;</translation>
    </message>
    <message>
        <source>Your last changes to this campaign could not be saved.</source>
        <translation>Οι τελευταίες αλλαγές σας σε αυτή την καμπάνια δεν μπόρεσαν να αποθηκευτούν.</translation>
    </message>
    <message>
        <source>Leave without saving</source>
        <translation>Έξοδος χωρίς αποθήκευση</translation>
    </message>
    <message>
        <source>Stay here</source>
        <translation>Παραμονή εδώ</translation>
    </message>
    <message>
        <source>New campaign</source>
        <translation>Νέα καμπάνια</translation>
    </message>
    <message>
        <source>Send campaign</source>
        <translation>Αποστολή καμπάνιας</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Αποθήκευση</translation>
    </message>
    <message>
        <source>Message of the campaign</source>
        <translation>Μήνυμα της καμπάνιας</translation>
    </message>
    <message>
        <source>Recipients of the campaign</source>
        <translation>Παραλήπτες της καμπάνιας</translation>
    </message>
    <message>
        <source>Preview of the campaign</source>
        <translation>Προεπισκόπηση της καμπάνιας</translation>
    </message>
    <message>
        <source>Send a test</source>
        <translation>Δοκιμαστική αποστολή</translation>
    </message>
    <message>
        <source>Duplicate campaign</source>
        <translation>Αντίγραφο καμπάνιας</translation>
    </message>
    <message>
        <source>Delete campaign</source>
        <translation>Διαγραφή καμπάνιας</translation>
    </message>
    <message>
        <source>Back to the campaigns</source>
        <translation>Πίσω στις καμπάνιες</translation>
    </message>
    <message>
        <source>Templates</source>
        <translation>Πρότυπα</translation>
    </message>
    <message>
        <source>Signatures</source>
        <translation>Υπογραφές</translation>
    </message>
    <message>
        <source>There is nothing to send yet.</source>
        <translation>Δεν υπάρχει ακόμη κάτι για αποστολή.</translation>
    </message>
    <message>
        <source>Save as a template</source>
        <translation>Αποθήκευση ως πρότυπο</translation>
    </message>
    <message>
        <source>Save the template</source>
        <translation>Αποθήκευση προτύπου</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Όνομα</translation>
    </message>
    <message>
        <source>Saved as a template</source>
        <translation>Αποθηκεύτηκε ως πρότυπο</translation>
    </message>
</context>
<context>
    <name>CauseChips</name>
    <message>
        <source>Not delivered:</source>
        <extracomment>States whose cause says enough by itself. The most frequent ones; the filter by state reaches the rest.</extracomment>
        <translation>Δεν παραδόθηκαν:</translation>
    </message>
</context>
<context>
    <name>CheckList</name>
    <message>
        <source>Clear</source>
        <extracomment>Shorter lists need no search.</extracomment>
        <translation>Καθαρισμός</translation>
    </message>
</context>
<context>
    <name>CheckModel</name>
    <message>
        <source>not understood</source>
        <extracomment>Text at the right of a row: how many customers. Colour of a tag, &quot;#rrggbb&quot; or empty.</extracomment>
        <translation>μη κατανοητό</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>What recipients read first</source>
        <translation>Αυτό που διαβάζουν πρώτο οι παραλήπτες</translation>
    </message>
    <message>
        <source>Message</source>
        <extracomment>The draft that is kept has become another one, or has its first name. Where the campaign is changed.</extracomment>
        <translation>Μήνυμα</translation>
    </message>
    <message>
        <source>Recipients</source>
        <translation>Παραλήπτες</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Προεπισκόπηση</translation>
    </message>
    <message>
        <source>Merge fields in an old spelling have been put right. Look at the result in the preview.</source>
        <translation>Διορθώθηκαν πεδία σε παλιά γραφή. Δείτε το αποτέλεσμα στην προεπισκόπηση.</translation>
    </message>
    <message>
        <source>Campaign without a name</source>
        <translation>Καμπάνια χωρίς όνομα</translation>
    </message>
    <message>
        <source>The campaign was changed by somebody else; you see it as it is now.</source>
        <translation>Η καμπάνια άλλαξε από άλλον χρήστη· τη βλέπετε όπως είναι τώρα.</translation>
    </message>
    <message>
        <source>No mail server is set: mails go to the mail folder.</source>
        <translation>Δεν έχει οριστεί διακομιστής: τα μηνύματα πηγαίνουν στον φάκελο μηνυμάτων.</translation>
    </message>
    <message>
        <source>No sender is set yet.</source>
        <translation>Δεν έχει οριστεί αποστολέας.</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Θέμα</translation>
    </message>
</context>
<context>
    <name>ComposerHead</name>
    <message>
        <source>Name of the campaign (only you see it)</source>
        <translation>Όνομα καμπάνιας (μόνο για εσάς)</translation>
    </message>
    <message>
        <source>Name of the campaign</source>
        <translation>Όνομα καμπάνιας</translation>
    </message>
    <message>
        <source>Send a test…</source>
        <translation>Δοκιμή…</translation>
    </message>
    <message>
        <source>Send…</source>
        <translation>Αποστολή…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Νέα προσπάθεια</translation>
    </message>
    <message>
        <source>Decide now</source>
        <translation>Αποφασίστε τώρα</translation>
    </message>
    <message>
        <source>Save as a new campaign</source>
        <translation>Αποθήκευση ως νέα καμπάνια</translation>
    </message>
    <message>
        <source>Not saved yet</source>
        <translation>Δεν έχει αποθηκευτεί ακόμη</translation>
    </message>
    <message>
        <source>Being written…</source>
        <translation>Γράφεται…</translation>
    </message>
    <message>
        <source>Saving…</source>
        <translation>Αποθηκεύεται…</translation>
    </message>
    <message>
        <source>Not saved</source>
        <translation>Δεν αποθηκεύτηκε</translation>
    </message>
    <message>
        <source>Saved: %1</source>
        <translation>Αποθηκεύτηκε: %1</translation>
    </message>
    <message>
        <source>Somebody else changed the same parts of this campaign.</source>
        <translation>Κάποιος άλλος άλλαξε τα ίδια σημεία αυτής της καμπάνιας.</translation>
    </message>
    <message>
        <source>Back to the campaigns  (Alt+Left)</source>
        <translation>Πίσω στις καμπάνιες  (Alt+Αριστερό βέλος)</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Περισσότερα</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Αντίγραφο</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Διαγραφή</translation>
    </message>
</context>
<context>
    <name>ComposerSide</name>
    <message>
        <source>Signature</source>
        <translation>Υπογραφή</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>Ναι</translation>
    </message>
    <message>
        <source>Track opens and clicks</source>
        <translation>Καταγραφή ανοιγμάτων και κλικ</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>Αποστολέας</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ρυθμίσεις</translation>
    </message>
    <message>
        <source>Edit signatures</source>
        <translation>Επεξεργασία υπογραφών</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>Πρότυπο</translation>
    </message>
    <message>
        <source>Use a template…</source>
        <translation>Χρήση προτύπου…</translation>
    </message>
    <message>
        <source>Save as a template…</source>
        <translation>Αποθήκευση ως πρότυπο…</translation>
    </message>
    <message numerus="yes">
        <source>recipient(s)</source>
        <translation>
            <numerusform>παραλήπτης</numerusform>
            <numerusform>παραλήπτες</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left out</source>
        <translation>
            <numerusform>%Ln εκτός</numerusform>
            <numerusform>%Ln εκτός</numerusform>
        </translation>
    </message>
    <message>
        <source>None</source>
        <translation>Καμία</translation>
    </message>
    <message>
        <source>You see who opened it and which links were clicked.</source>
        <translation>Βλέπετε ποιος το άνοιξε και ποιοι σύνδεσμοι πατήθηκαν.</translation>
    </message>
    <message>
        <source>Nobody will see who opened it. Links stay as you wrote them.</source>
        <translation>Κανείς δεν θα δει ποιος το άνοιξε. Οι σύνδεσμοι μένουν όπως τους γράψατε.</translation>
    </message>
    <message>
        <source>Recipients</source>
        <translation>Παραλήπτες</translation>
    </message>
    <message>
        <source>Choose recipients</source>
        <translation>Επιλογή παραληπτών</translation>
    </message>
</context>
<context>
    <name>DraftConflict</name>
    <message>
        <source>Name</source>
        <translation>Όνομα</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Θέμα</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Μήνυμα</translation>
    </message>
    <message>
        <source>Recipients</source>
        <translation>Παραλήπτες</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>Υπογραφή</translation>
    </message>
    <message>
        <source>Sender</source>
        <translation>Αποστολέας</translation>
    </message>
    <message>
        <source>Template</source>
        <translation>Πρότυπο</translation>
    </message>
    <message>
        <source>Somebody else changed this campaign</source>
        <translation>Κάποιος άλλος άλλαξε αυτή την καμπάνια</translation>
    </message>
    <message>
        <source>You both changed the same. Choose what to keep; everything else has been put together.</source>
        <translation>Αλλάξατε και οι δύο τα ίδια σημεία. Επιλέξτε τι θα κρατηθεί· όλα τα υπόλοιπα ενώθηκαν.</translation>
    </message>
    <message>
        <source>Save my choice</source>
        <translation>Αποθήκευση της επιλογής</translation>
    </message>
    <message>
        <source>Decide later</source>
        <translation>Αργότερα</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>Δικά μου</translation>
    </message>
    <message>
        <source>Theirs</source>
        <translation>Του άλλου</translation>
    </message>
    <message>
        <source>Keep mine</source>
        <translation>Κρατώ τα δικά μου</translation>
    </message>
    <message>
        <source>Take theirs</source>
        <translation>Παίρνω του άλλου</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Καμία</translation>
    </message>
</context>
<context>
    <name>EditorActions</name>
    <message>
        <source>Pictures</source>
        <extracomment>What the person picks pictures from.</extracomment>
        <translation>Εικόνες</translation>
    </message>
    <message>
        <source>Insert a picture</source>
        <translation>Εισαγωγή εικόνας</translation>
    </message>
</context>
<context>
    <name>EditorToolbar</name>
    <message>
        <source>Black</source>
        <extracomment>Dark enough to be read on white.</extracomment>
        <translation>Μαύρο</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>Γκρι</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>Κόκκινο</translation>
    </message>
    <message>
        <source>Orange</source>
        <translation>Πορτοκαλί</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>Πράσινο</translation>
    </message>
    <message>
        <source>Petrol</source>
        <translation>Πετρόλ</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>Μπλε</translation>
    </message>
    <message>
        <source>Purple</source>
        <translation>Μωβ</translation>
    </message>
    <message>
        <source>Paragraph</source>
        <translation>Παράγραφος</translation>
    </message>
    <message>
        <source>Heading 1</source>
        <translation>Τίτλος 1</translation>
    </message>
    <message>
        <source>Heading 2</source>
        <translation>Τίτλος 2</translation>
    </message>
    <message>
        <source>Heading 3</source>
        <translation>Τίτλος 3</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>Αριστερά</translation>
    </message>
    <message>
        <source>Centred</source>
        <translation>Στο κέντρο</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Δεξιά</translation>
    </message>
    <message>
        <source>Justified</source>
        <translation>Πλήρης στοίχιση</translation>
    </message>
    <message>
        <source>Kind of paragraph</source>
        <translation>Είδος παραγράφου</translation>
    </message>
    <message>
        <source>Bold</source>
        <translation>Έντονα</translation>
    </message>
    <message>
        <source>Italic</source>
        <translation>Πλάγια</translation>
    </message>
    <message>
        <source>Underlined</source>
        <translation>Υπογράμμιση</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Χρώμα</translation>
    </message>
    <message>
        <source>Without formatting</source>
        <translation>Χωρίς μορφοποίηση</translation>
    </message>
    <message>
        <source>Bullets</source>
        <translation>Κουκκίδες</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Αρίθμηση</translation>
    </message>
    <message>
        <source>Alignment</source>
        <translation>Στοίχιση</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Σύνδεσμος</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Εικόνα</translation>
    </message>
    <message>
        <source>Button with a link</source>
        <translation>Κουμπί με σύνδεσμο</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Αναίρεση</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Επανάληψη</translation>
    </message>
    <message>
        <source>As the mail&apos;s text</source>
        <translation>Όπως το υπόλοιπο κείμενο</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Πεδίο</translation>
    </message>
    <message>
        <source>Insert a value of the recipient&apos;s own</source>
        <translation>Εισαγωγή στοιχείου του παραλήπτη</translation>
    </message>
</context>
<context>
    <name>FieldDialog</name>
    <message>
        <source>Field</source>
        <translation>Πεδίο</translation>
    </message>
    <message>
        <source>Each recipient sees their own value here.</source>
        <translation>Κάθε παραλήπτης βλέπει εδώ το δικό του στοιχείο.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Αποθήκευση</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>Στοιχείο</translation>
    </message>
    <message>
        <source>Shown to customers of whom the value is not known.</source>
        <translation>Το βλέπουν όσοι πελάτες δεν έχουν αυτό το στοιχείο.</translation>
    </message>
    <message>
        <source>Where it is missing</source>
        <translation>Όταν λείπει</translation>
    </message>
    <message>
        <source>Remove the field</source>
        <translation>Αφαίρεση πεδίου</translation>
    </message>
    <message>
        <source>Please leave out { } &lt; and &gt;.</source>
        <translation>Παρακαλούμε χωρίς { } &lt; και &gt;.</translation>
    </message>
</context>
<context>
    <name>FieldEdit</name>
    <message>
        <source>Edit this field…</source>
        <extracomment>As many characters before a closing brace are looked at for a field typed by hand.</extracomment>
        <translation>Επεξεργασία πεδίου…</translation>
    </message>
</context>
<context>
    <name>FigureRow</name>
    <message>
        <source>Sent</source>
        <translation>Στάλθηκαν</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Απέτυχαν</translation>
    </message>
    <message>
        <source>Unconfirmed</source>
        <translation>Ανεπιβεβαίωτα</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>Άνοιξαν</translation>
    </message>
    <message>
        <source>Clicked</source>
        <translation>Έκαναν κλικ</translation>
    </message>
    <message>
        <source>Unsubscribed</source>
        <translation>Διαγράφηκαν</translation>
    </message>
    <message>
        <source>of %1</source>
        <translation>από %1</translation>
    </message>
    <message numerus="yes">
        <source>and %n returned</source>
        <translation>
            <numerusform>και %Ln επιστροφή</numerusform>
            <numerusform>και %Ln επιστροφές</numerusform>
        </translation>
    </message>
    <message>
        <source>to be decided</source>
        <translation>χρειάζονται απόφαση</translation>
    </message>
    <message>
        <source>none</source>
        <translation>κανένα</translation>
    </message>
    <message>
        <source>+ %1 by machines</source>
        <translation>+ %1 από μηχανές</translation>
    </message>
    <message>
        <source>no longer tracked</source>
        <translation>η καταγραφή έκλεισε</translation>
    </message>
    <message>
        <source>not tracked</source>
        <translation>χωρίς καταγραφή</translation>
    </message>
</context>
<context>
    <name>FindingList</name>
    <message>
        <source>Checks</source>
        <translation>Έλεγχοι</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Μήνυμα</translation>
    </message>
    <message>
        <source>Recipients</source>
        <translation>Παραλήπτες</translation>
    </message>
    <message>
        <source>Delivery</source>
        <translation>Αποστολή</translation>
    </message>
    <message>
        <source>Asking the network about domains and links…</source>
        <translation>Γίνεται έλεγχος τομέων και συνδέσμων στο δίκτυο…</translation>
    </message>
    <message>
        <source>It cannot be sent like this.</source>
        <translation>Δεν μπορεί να σταλεί έτσι.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln point(s) to look at</source>
        <translation>
            <numerusform>%Ln σημείο θέλει προσοχή</numerusform>
            <numerusform>%Ln σημεία θέλουν προσοχή</numerusform>
        </translation>
    </message>
    <message>
        <source>Open the settings</source>
        <translation>Άνοιγμα ρυθμίσεων</translation>
    </message>
    <message>
        <source>Everything is in order.</source>
        <translation>Όλα είναι εντάξει.</translation>
    </message>
</context>
<context>
    <name>HistoryDialog</name>
    <message>
        <source>What became of the mail</source>
        <translation>Τι απέγινε το μήνυμα</translation>
    </message>
    <message>
        <source>Nothing is on record about this mail yet.</source>
        <translation>Δεν έχει καταγραφεί κάτι ακόμη για αυτό το μήνυμα.</translation>
    </message>
    <message>
        <source>Open the customer</source>
        <translation>Άνοιγμα πελάτη</translation>
    </message>
    <message>
        <source>On the suppression list</source>
        <translation>Στους αποκλεισμούς</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Κλείσιμο</translation>
    </message>
    <message>
        <source>attempt %1</source>
        <translation>προσπάθεια %1</translation>
    </message>
    <message>
        <source>next attempt: %1</source>
        <translation>επόμενη προσπάθεια: %1</translation>
    </message>
</context>
<context>
    <name>Libraries</name>
    <message>
        <source>Templates</source>
        <translation>Πρότυπα</translation>
    </message>
    <message>
        <source>There are no templates yet</source>
        <translation>Δεν υπάρχουν πρότυπα ακόμη</translation>
    </message>
    <message>
        <source>A template is a subject and a message that campaigns can begin with.</source>
        <translation>Το πρότυπο είναι ένα θέμα και ένα μήνυμα από τα οποία μπορεί να ξεκινήσει μια καμπάνια.</translation>
    </message>
    <message>
        <source>New template</source>
        <translation>Νέο πρότυπο</translation>
    </message>
    <message>
        <source>Signatures</source>
        <translation>Υπογραφές</translation>
    </message>
    <message>
        <source>There are no signatures yet</source>
        <translation>Δεν υπάρχουν υπογραφές ακόμη</translation>
    </message>
    <message>
        <source>A signature stands under the message: who you are and how you can be reached.</source>
        <translation>Η υπογραφή μπαίνει κάτω από το μήνυμα: ποιοι είστε και πώς θα σας βρουν.</translation>
    </message>
    <message>
        <source>New signature</source>
        <translation>Νέα υπογραφή</translation>
    </message>
</context>
<context>
    <name>LibraryView</name>
    <message>
        <source>New campaigns begin with this signature</source>
        <extracomment>That there are none, and what they would be for.</extracomment>
        <translation>Οι νέες καμπάνιες ξεκινούν με αυτή την υπογραφή</translation>
    </message>
    <message>
        <source>Leave without saving?</source>
        <extracomment>What changes the library.</extracomment>
        <translation>Έξοδος χωρίς αποθήκευση;</translation>
    </message>
    <message>
        <source>What you edited here has not been saved.</source>
        <translation>Οι αλλαγές που κάνατε εδώ δεν έχουν αποθηκευτεί.</translation>
    </message>
    <message>
        <source>Discard the edits</source>
        <translation>Απόρριψη αλλαγών</translation>
    </message>
    <message>
        <source>Stay here</source>
        <translation>Παραμονή εδώ</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>Αποθηκεύτηκε</translation>
    </message>
    <message>
        <source>Deleted: %1</source>
        <translation>Διαγράφηκε: %1</translation>
    </message>
    <message>
        <source>New campaign with this</source>
        <translation>Νέα καμπάνια με αυτό</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Διαγραφή</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Αποθήκευση</translation>
    </message>
    <message>
        <source>Back to the campaigns  (Alt+Left)</source>
        <translation>Πίσω στις καμπάνιες  (Alt+Αριστερό βέλος)</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Όνομα</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Θέμα</translation>
    </message>
</context>
<context>
    <name>LinkDialog</name>
    <message>
        <source>Button with a link</source>
        <translation>Κουμπί με σύνδεσμο</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>Σύνδεσμος</translation>
    </message>
    <message>
        <source>Insert</source>
        <translation>Εισαγωγή</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>Αλλαγή</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Κείμενο</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Διεύθυνση</translation>
    </message>
    <message>
        <source>A web page, an e-mail address or a telephone number.</source>
        <translation>Ιστοσελίδα, διεύθυνση e-mail ή αριθμός τηλεφώνου.</translation>
    </message>
    <message>
        <source>Remove the link</source>
        <translation>Αφαίρεση συνδέσμου</translation>
    </message>
    <message>
        <source>This address leads nowhere.</source>
        <translation>Αυτή η διεύθυνση δεν οδηγεί πουθενά.</translation>
    </message>
</context>
<context>
    <name>LinksModel</name>
    <message>
        <source>Link</source>
        <translation>Σύνδεσμος</translation>
    </message>
    <message>
        <source>Recipients</source>
        <translation>Παραλήπτες</translation>
    </message>
    <message>
        <source>Machines only</source>
        <translation>Μόνο μηχανές</translation>
    </message>
    <message>
        <source>Of those who got it</source>
        <translation>Επί όσων το έλαβαν</translation>
    </message>
</context>
<context>
    <name>MergeFields</name>
    <message>
        <source>First name</source>
        <translation>Όνομα</translation>
    </message>
    <message>
        <source>Last name</source>
        <translation>Επώνυμο</translation>
    </message>
    <message>
        <source>Company</source>
        <translation>Επωνυμία</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>E-mail</translation>
    </message>
    <message>
        <source>Town</source>
        <translation>Πόλη</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>Τηλέφωνο</translation>
    </message>
    <message>
        <source>Name in the vocative</source>
        <translation>Προσφώνηση</translation>
    </message>
    <message>
        <source>%1 of the recipient; “%2” where it is missing</source>
        <extracomment>In Greek whatever the window&apos;s language is: customers read it.</extracomment>
        <translation>%1 του παραλήπτη· «%2» όταν λείπει</translation>
    </message>
    <message>
        <source>%1 of the recipient; nothing where it is missing</source>
        <translation>%1 του παραλήπτη· τίποτα όταν λείπει</translation>
    </message>
</context>
<context>
    <name>MessageBody</name>
    <message>
        <source>HTML of the message</source>
        <translation>HTML του μηνύματος</translation>
    </message>
    <message>
        <source>Simplify…</source>
        <translation>Απλοποίηση…</translation>
    </message>
    <message>
        <source>This message has parts that the editor cannot keep (%1), so it is edited as HTML.</source>
        <translation>Το μήνυμα έχει στοιχεία που ο επεξεργαστής δεν μπορεί να κρατήσει (%1), γι’ αυτό το επεξεργάζεστε ως HTML.</translation>
    </message>
    <message>
        <source>Simplify this message?</source>
        <translation>Να απλοποιηθεί το μήνυμα;</translation>
    </message>
    <message>
        <source>The words, links and lists stay. Tables, layout and pictures are taken out, and it looks different.</source>
        <translation>Τα λόγια, οι σύνδεσμοι και οι λίστες μένουν. Πίνακες, διάταξη και εικόνες αφαιρούνται και η όψη του αλλάζει.</translation>
    </message>
    <message>
        <source>Simplify the message</source>
        <translation>Απλοποίηση μηνύματος</translation>
    </message>
    <message>
        <source>See the result in the preview.</source>
        <translation>Δείτε το αποτέλεσμα στην προεπισκόπηση.</translation>
    </message>
</context>
<context>
    <name>OutcomeHead</name>
    <message>
        <source>Not tracked</source>
        <translation>Χωρίς καταγραφή</translation>
    </message>
    <message>
        <source>Opens and clicks are not tracked</source>
        <translation>Τα ανοίγματα και τα κλικ δεν καταγράφονται</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Παύση</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Συνέχιση</translation>
    </message>
    <message>
        <source>Back to draft</source>
        <translation>Επιστροφή σε πρόχειρο</translation>
    </message>
    <message>
        <source>Cancel sending…</source>
        <translation>Ακύρωση αποστολής…</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>Αντίγραφο</translation>
    </message>
    <message>
        <source>Back to the campaigns  (Alt+Left)</source>
        <translation>Πίσω στις καμπάνιες  (Alt+Αριστερό βέλος)</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Περισσότερα</translation>
    </message>
    <message>
        <source>Track opens and clicks</source>
        <translation>Καταγραφή ανοιγμάτων και κλικ</translation>
    </message>
    <message>
        <source>Stop tracking opens and clicks</source>
        <translation>Διακοπή καταγραφής ανοιγμάτων και κλικ</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Διαγραφή</translation>
    </message>
    <message>
        <source>Subject: %1</source>
        <translation>Θέμα: %1</translation>
    </message>
    <message>
        <source>To be sent: %1</source>
        <translation>Θα σταλεί: %1</translation>
    </message>
    <message>
        <source>Sent: %1</source>
        <translation>Στάλθηκε: %1</translation>
    </message>
</context>
<context>
    <name>PeopleDialog</name>
    <message>
        <source>Who gets it</source>
        <translation>Ποιοι το λαμβάνουν</translation>
    </message>
    <message>
        <source>Name or e-mail</source>
        <translation>Όνομα ή e-mail</translation>
    </message>
    <message>
        <source>Double-click a customer to see or correct the details.</source>
        <translation>Με διπλό κλικ βλέπετε ή διορθώνετε τα στοιχεία του πελάτη.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Κλείσιμο</translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s)</source>
        <translation>
            <numerusform>%Ln πελάτης</numerusform>
            <numerusform>%Ln πελάτες</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PeopleModel</name>
    <message>
        <source>Customer</source>
        <translation>Πελάτης</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>E-mail</translation>
    </message>
</context>
<context>
    <name>PictureDialog</name>
    <message>
        <source>Picture</source>
        <translation>Εικόνα</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Αποθήκευση</translation>
    </message>
    <message>
        <source>For those who do not see pictures, and for screen readers.</source>
        <translation>Για όσους δεν βλέπουν εικόνες και για αναγνώστες οθόνης.</translation>
    </message>
    <message>
        <source>What it shows</source>
        <translation>Τι δείχνει</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>Πλάτος</translation>
    </message>
    <message>
        <source>Link (optional)</source>
        <translation>Σύνδεσμος (προαιρετικά)</translation>
    </message>
    <message>
        <source>This address leads nowhere.</source>
        <translation>Αυτή η διεύθυνση δεν οδηγεί πουθενά.</translation>
    </message>
</context>
<context>
    <name>PreviewPane</name>
    <message>
        <source>Preparing the preview…</source>
        <translation>Ετοιμάζεται η προεπισκόπηση…</translation>
    </message>
    <message>
        <source>(no subject)</source>
        <translation>(χωρίς θέμα)</translation>
    </message>
    <message>
        <source>A simpler preview: QtWebEngine is not available here. Mail programs show more than this.</source>
        <translation>Απλή προεπισκόπηση: το QtWebEngine δεν είναι διαθέσιμο εδώ. Τα προγράμματα αλληλογραφίας δείχνουν περισσότερα.</translation>
    </message>
    <message>
        <source>Pictures that lie on the web are not fetched for the preview. Recipients will see them.</source>
        <translation>Εικόνες από το διαδίκτυο δεν φορτώνονται στην προεπισκόπηση. Οι παραλήπτες θα τις δουν.</translation>
    </message>
    <message>
        <source>Computer</source>
        <translation>Υπολογιστής</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>Κινητό</translation>
    </message>
    <message>
        <source>Plain text</source>
        <translation>Κείμενο</translation>
    </message>
    <message>
        <source>Subject:</source>
        <translation>Θέμα:</translation>
    </message>
</context>
<context>
    <name>RecipientPicker</name>
    <message>
        <source>Another recipient</source>
        <translation>Άλλος παραλήπτης</translation>
    </message>
    <message>
        <source>Previous recipient</source>
        <translation>Προηγούμενος παραλήπτης</translation>
    </message>
    <message>
        <source>Next recipient</source>
        <translation>Επόμενος παραλήπτης</translation>
    </message>
    <message>
        <source>A sample customer</source>
        <translation>Ένας πελάτης για παράδειγμα</translation>
    </message>
    <message>
        <source>(nobody has been chosen)</source>
        <translation>(δεν έχει επιλεγεί κανείς)</translation>
    </message>
</context>
<context>
    <name>RecipientsModel</name>
    <message>
        <source>Customer</source>
        <extracomment>Columns whose text may not fit.</extracomment>
        <translation>Πελάτης</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>E-mail</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Κατάσταση</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Στάλθηκε</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>Άνοιξε</translation>
    </message>
    <message>
        <source>Clicked</source>
        <translation>Έκανε κλικ</translation>
    </message>
    <message>
        <source>Unsubscribed</source>
        <translation>Διαγράφηκε</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Αιτία</translation>
    </message>
    <message>
        <source>machine only</source>
        <translation>μόνο μηχανή</translation>
    </message>
</context>
<context>
    <name>RecipientsTab</name>
    <message>
        <source>Name or e-mail</source>
        <extracomment>States whose mails a person may have tried again. Columns of `recipient_columns`. Ids read in one go when all of a state are wanted.</extracomment>
        <translation>Όνομα ή e-mail</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Κατάσταση</translation>
    </message>
    <message numerus="yes">
        <source>%n recipient(s)</source>
        <translation>
            <numerusform>%Ln παραλήπτης</numerusform>
            <numerusform>%Ln παραλήπτες</numerusform>
        </translation>
    </message>
    <message>
        <source>No recipient matches</source>
        <translation>Κανένας παραλήπτης δεν ταιριάζει</translation>
    </message>
    <message>
        <source>No recipients yet</source>
        <translation>Δεν υπάρχουν παραλήπτες ακόμη</translation>
    </message>
    <message>
        <source>They are listed when sending begins.</source>
        <translation>Καταγράφονται όταν ξεκινήσει η αποστολή.</translation>
    </message>
    <message>
        <source>Decide about all…</source>
        <translation>Απόφαση για όλα…</translation>
    </message>
    <message>
        <source>Try all again</source>
        <translation>Νέα προσπάθεια για όλους</translation>
    </message>
    <message numerus="yes">
        <source>%n mail(s) queued again</source>
        <translation>
            <numerusform>%Ln μήνυμα μπήκε ξανά στην ουρά</numerusform>
            <numerusform>%Ln μηνύματα μπήκαν ξανά στην ουρά</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n mail(s) left as they are</source>
        <translation>
            <numerusform>%Ln μήνυμα μένει ως έχει</numerusform>
            <numerusform>%Ln μηνύματα μένουν ως έχουν</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %n mail(s) again?</source>
        <translation>
            <numerusform>Να σταλεί ξανά %Ln μήνυμα;</numerusform>
            <numerusform>Να σταλούν ξανά %Ln μηνύματα;</numerusform>
        </translation>
    </message>
    <message>
        <source>The connection broke while these mails were handed over, so nobody knows whether they arrived. Some recipients may get the mail twice.</source>
        <translation>Η σύνδεση διακόπηκε την ώρα της παράδοσης και δεν είναι γνωστό αν τα μηνύματα έφτασαν. Ίσως κάποιοι παραλήπτες το λάβουν δύο φορές.</translation>
    </message>
    <message numerus="yes">
        <source>Send %n mail(s) again</source>
        <translation>
            <numerusform>Αποστολή %Ln μηνύματος ξανά</numerusform>
            <numerusform>Αποστολή %Ln μηνυμάτων ξανά</numerusform>
        </translation>
    </message>
    <message>
        <source>History…</source>
        <translation>Ιστορικό…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Νέα προσπάθεια</translation>
    </message>
    <message>
        <source>Send again…</source>
        <translation>Αποστολή ξανά…</translation>
    </message>
    <message>
        <source>Leave as it is</source>
        <translation>Μένει ως έχει</translation>
    </message>
</context>
<context>
    <name>SendDialog</name>
    <message>
        <source>Send now</source>
        <translation>Αποστολή τώρα</translation>
    </message>
    <message>
        <source>Send at</source>
        <translation>Αποστολή στις</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Άκυρο</translation>
    </message>
    <message>
        <source>Schedule for %1</source>
        <translation>Προγραμματισμός για %1</translation>
    </message>
    <message>
        <source>Send to %1</source>
        <translation>Αποστολή σε %1</translation>
    </message>
    <message>
        <source>This time has passed.</source>
        <translation>Αυτή η ώρα έχει περάσει.</translation>
    </message>
    <message numerus="yes">
        <source>%1 recipient(s)</source>
        <translation>
            <numerusform>%1 παραλήπτη</numerusform>
            <numerusform>%1 παραλήπτες</numerusform>
        </translation>
    </message>
    <message>
        <source>Who gets this and who does not</source>
        <translation>Ποιοι θα το λάβουν και ποιοι όχι</translation>
    </message>
    <message>
        <source>Subject: %1</source>
        <translation>Θέμα: %1</translation>
    </message>
    <message>
        <source>(none)</source>
        <translation>(κανένα)</translation>
    </message>
    <message>
        <source>Time of sending, in Athens</source>
        <translation>Ώρα αποστολής, ώρα Αθήνας</translation>
    </message>
    <message>
        <source>(time in Greece)</source>
        <translation>(ώρα Ελλάδας)</translation>
    </message>
</context>
<context>
    <name>SendFlow</name>
    <message>
        <source>Scheduled: %1</source>
        <translation>Προγραμματίστηκε: %1</translation>
    </message>
    <message>
        <source>On its way. You can pause or cancel it at any time.</source>
        <translation>Η αποστολή ξεκίνησε. Μπορείτε να τη βάλετε σε παύση ή να την ακυρώσετε όποτε θέλετε.</translation>
    </message>
    <message>
        <source>Send a test</source>
        <translation>Δοκιμαστική αποστολή</translation>
    </message>
    <message>
        <source>To which address?</source>
        <translation>Σε ποια διεύθυνση;</translation>
    </message>
    <message>
        <source>Send the test</source>
        <translation>Αποστολή δοκιμής</translation>
    </message>
    <message>
        <source>The test is on its way to %1.</source>
        <translation>Το δοκιμαστικό μήνυμα στάλθηκε στη διεύθυνση %1.</translation>
    </message>
    <message>
        <source>No mail server is set: the test lies in the mail folder.</source>
        <translation>Δεν έχει οριστεί διακομιστής: το δοκιμαστικό μήνυμα βρίσκεται στον φάκελο μηνυμάτων.</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Εμφάνιση</translation>
    </message>
</context>
<context>
    <name>SendingCard</name>
    <message>
        <source>Sending</source>
        <translation>Αποστολή</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>Προσπάθεια τώρα</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Συνέχιση</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>Δείτε τα</translation>
    </message>
    <message>
        <source>Sending is under way</source>
        <translation>Η αποστολή βρίσκεται σε εξέλιξη</translation>
    </message>
    <message>
        <source>Sending is paused</source>
        <translation>Η αποστολή είναι σε παύση</translation>
    </message>
    <message>
        <source>The recipients are being listed…</source>
        <translation>Καταγράφονται οι παραλήπτες…</translation>
    </message>
    <message>
        <source>Next attempt: %1</source>
        <translation>Επόμενη προσπάθεια: %1</translation>
    </message>
    <message numerus="yes">
        <source>%n mail(s) may or may not have arrived: the connection broke at the last moment. Decide what to do.</source>
        <translation>
            <numerusform>%Ln μήνυμα ίσως έφτασε, ίσως όχι: η σύνδεση διακόπηκε την τελευταία στιγμή. Αποφασίστε τι θα γίνει.</numerusform>
            <numerusform>%Ln μηνύματα ίσως έφτασαν, ίσως όχι: η σύνδεση διακόπηκε την τελευταία στιγμή. Αποφασίστε τι θα γίνει.</numerusform>
        </translation>
    </message>
    <message>
        <source>Sending has stopped. %1</source>
        <translation>Η αποστολή σταμάτησε. %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 από %2</translation>
    </message>
    <message>
        <source>%1 sent</source>
        <translation>στάλθηκαν %1</translation>
    </message>
    <message>
        <source>%1 failed</source>
        <translation>απέτυχαν %1</translation>
    </message>
    <message>
        <source>%1 waiting</source>
        <translation>αναμένουν %1</translation>
    </message>
    <message>
        <source>%1 per minute</source>
        <translation>%1 το λεπτό</translation>
    </message>
    <message>
        <source>a sending limit is reached; it goes on: %1</source>
        <translation>συμπληρώθηκε ένα όριο αποστολής· συνεχίζεται: %1</translation>
    </message>
    <message>
        <source>the rest was put off by mail servers; next attempt: %1</source>
        <translation>οι διακομιστές ανέβαλαν τα υπόλοιπα· επόμενη προσπάθεια: %1</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>απομένει λιγότερο από ένα λεπτό</translation>
    </message>
    <message numerus="yes">
        <source>about %n minute(s) left</source>
        <translation>
            <numerusform>απομένει περίπου %Ln λεπτό</numerusform>
            <numerusform>απομένουν περίπου %Ln λεπτά</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n hour(s) left</source>
        <translation>
            <numerusform>απομένει περίπου %Ln ώρα</numerusform>
            <numerusform>απομένουν περίπου %Ln ώρες</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n day(s) left</source>
        <translation>
            <numerusform>απομένει περίπου %Ln ημέρα</numerusform>
            <numerusform>απομένουν περίπου %Ln ημέρες</numerusform>
        </translation>
    </message>
    <message>
        <source>sent by this computer</source>
        <translation>στέλνει αυτός ο υπολογιστής</translation>
    </message>
    <message>
        <source>sent by the cloud</source>
        <translation>στέλνει το cloud</translation>
    </message>
    <message>
        <source>sent by another computer</source>
        <translation>στέλνει άλλος υπολογιστής</translation>
    </message>
    <message>
        <source>waiting for its turn</source>
        <translation>περιμένει τη σειρά της</translation>
    </message>
    <message>
        <source>waiting for a computer that sends</source>
        <translation>περιμένει υπολογιστή που θα τη στείλει</translation>
    </message>
    <message numerus="yes">
        <source>%n to be tried again</source>
        <translation>
            <numerusform>%Ln για νέα προσπάθεια</numerusform>
            <numerusform>%Ln για νέα προσπάθεια</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TemplateDialog</name>
    <message>
        <source>Choose a template</source>
        <translation>Επιλέξτε πρότυπο</translation>
    </message>
    <message>
        <source>Use this template</source>
        <translation>Χρήση αυτού του προτύπου</translation>
    </message>
    <message>
        <source>There are no templates yet</source>
        <translation>Δεν υπάρχουν πρότυπα ακόμη</translation>
    </message>
    <message>
        <source>Write a campaign and choose “Save as a template”.</source>
        <translation>Γράψτε μια καμπάνια και επιλέξτε «Αποθήκευση ως πρότυπο».</translation>
    </message>
    <message>
        <source>Replace what you have written?</source>
        <translation>Αντικατάσταση όσων έχετε γράψει;</translation>
    </message>
    <message>
        <source>Subject and message of the template take its place.</source>
        <translation>Το θέμα και το μήνυμα του προτύπου θα πάρουν τη θέση τους.</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Αντικατάσταση</translation>
    </message>
</context>
</TS>
