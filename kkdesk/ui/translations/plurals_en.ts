<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_GB" sourcelanguage="en_GB">
<context>
    <name>AccountSection</name>
    <message numerus="yes">
        <source>%Ln minute(s)</source>
        <translation>
            <numerusform>%Ln minute</numerusform>
            <numerusform>%Ln minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AddDialog</name>
    <message numerus="yes">
        <source>Never mail %Ln address(es)</source>
        <translation>
            <numerusform>Never mail %Ln address</numerusform>
            <numerusform>Never mail %Ln addresses</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln entries are not addresses and will be left out; the first is in line %1: %2</source>
        <translation>
            <numerusform>%Ln entry is not an address and will be left out, in line %1: %2</numerusform>
            <numerusform>%Ln entries are not addresses and will be left out; the first is in line %1: %2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AudienceVerdict</name>
    <message numerus="yes">
        <source>customer(s) get it</source>
        <translation>
            <numerusform>customer gets it</numerusform>
            <numerusform>customers get it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) you chose do not get it:</source>
        <translation>
            <numerusform>%Ln customer you chose does not get it:</numerusform>
            <numerusform>%Ln customers you chose do not get it:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignList</name>
    <message numerus="yes">
        <source>%n campaign(s)</source>
        <translation>
            <numerusform>%Ln campaign</numerusform>
            <numerusform>%Ln campaigns</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CampaignModel</name>
    <message numerus="yes">
        <source>%n unconfirmed</source>
        <translation>
            <numerusform>%Ln unconfirmed</numerusform>
            <numerusform>%Ln unconfirmed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ColumnsStep</name>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%Ln row</numerusform>
            <numerusform>%Ln rows</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n column(s)</source>
        <translation>
            <numerusform>%Ln column</numerusform>
            <numerusform>%Ln columns</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ComposerSide</name>
    <message numerus="yes">
        <source>recipient(s)</source>
        <translation>
            <numerusform>recipient</numerusform>
            <numerusform>recipients</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n left out</source>
        <translation>
            <numerusform>%Ln left out</numerusform>
            <numerusform>%Ln left out</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ConflictView</name>
    <message numerus="yes">
        <source>And %n more value(s): so many are decided together.</source>
        <translation>
            <numerusform>And %Ln more value: so many are decided together.</numerusform>
            <numerusform>And %Ln more values: so many are decided together.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ConnectDialog</name>
    <message numerus="yes">
        <source>Found: %1, with %n customer(s).</source>
        <translation>
            <numerusform>Found: %1, with %Ln customer.</numerusform>
            <numerusform>Found: %1, with %Ln customers.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CountTiles</name>
    <message numerus="yes">
        <source>%n row(s) twice in the file</source>
        <translation>
            <numerusform>%Ln row twice in the file</numerusform>
            <numerusform>%Ln rows twice in the file</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CountWords</name>
    <message numerus="yes">
        <source>Sending %n change(s)…</source>
        <translation>
            <numerusform>Sending %Ln change…</numerusform>
            <numerusform>Sending %Ln changes…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) waiting</source>
        <translation>
            <numerusform>%Ln change waiting</numerusform>
            <numerusform>%Ln changes waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need(s) a decision</source>
        <translation>
            <numerusform>%Ln needs a decision</numerusform>
            <numerusform>%Ln need a decision</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rule(s)</source>
        <translation>
            <numerusform>%Ln rule</numerusform>
            <numerusform>%Ln rules</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CronSettings</name>
    <message numerus="yes">
        <source>%n duplicate(s) removed.</source>
        <translation>
            <numerusform>%Ln duplicate removed.</numerusform>
            <numerusform>%Ln duplicates removed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) removed from cron-job.org</source>
        <translation>
            <numerusform>%Ln job removed from cron-job.org</numerusform>
            <numerusform>%Ln jobs removed from cron-job.org</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CustomerActions</name>
    <message numerus="yes">
        <source>Delete %n customer(s)?</source>
        <extracomment>A form that waits while one looks at a customer who may be the same.</extracomment>
        <translation>
            <numerusform>Delete %Ln customer?</numerusform>
            <numerusform>Delete %Ln customers?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n customer(s)</source>
        <translation>
            <numerusform>Delete %Ln customer</numerusform>
            <numerusform>Delete %Ln customers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) deleted</source>
        <translation>
            <numerusform>%Ln customer deleted</numerusform>
            <numerusform>%Ln customers deleted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Edit %n customer(s)</source>
        <translation>
            <numerusform>Edit %Ln customer</numerusform>
            <numerusform>Edit %Ln customers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Change %n customer(s)</source>
        <translation>
            <numerusform>Change %Ln customer</numerusform>
            <numerusform>Change %Ln customers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) get no more mails</source>
        <translation>
            <numerusform>%Ln customer gets no more mails</numerusform>
            <numerusform>%Ln customers get no more mails</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Mail %n customer(s) again?</source>
        <translation>
            <numerusform>Mail %Ln customer again?</numerusform>
            <numerusform>Mail %Ln customers again?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Mail %n customer(s) again</source>
        <translation>
            <numerusform>Mail %Ln customer again</numerusform>
            <numerusform>Mail %Ln customers again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) get mails again</source>
        <translation>
            <numerusform>%Ln customer gets mails again</numerusform>
            <numerusform>%Ln customers get mails again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) changed</source>
        <translation>
            <numerusform>%Ln customer changed</numerusform>
            <numerusform>%Ln customers changed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Tag added to %n customer(s)</source>
        <translation>
            <numerusform>Tag added to %Ln customer</numerusform>
            <numerusform>Tag added to %Ln customers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Tag removed from %n customer(s)</source>
        <translation>
            <numerusform>Tag removed from %Ln customer</numerusform>
            <numerusform>Tag removed from %Ln customers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Opens and clicks of %n customer(s) are tracked</source>
        <translation>
            <numerusform>Opens and clicks of %Ln customer are tracked</numerusform>
            <numerusform>Opens and clicks of %Ln customers are tracked</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Opens and clicks of %n customer(s) are not tracked any more</source>
        <translation>
            <numerusform>Opens and clicks of %Ln customer are not tracked any more</numerusform>
            <numerusform>Opens and clicks of %Ln customers are not tracked any more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CustomersPage</name>
    <message numerus="yes">
        <source>%n customer(s)</source>
        <translation>
            <numerusform>%Ln customer</numerusform>
            <numerusform>%Ln customers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message numerus="yes">
        <source>All %n customer(s)</source>
        <translation>
            <numerusform>All %Ln customer</numerusform>
            <numerusform>All %Ln customers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The %n selected</source>
        <translation>
            <numerusform>The %Ln selected</numerusform>
            <numerusform>The %Ln selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Exports</name>
    <message numerus="yes">
        <source>%n customer(s) written to %1</source>
        <translation>
            <numerusform>%Ln customer written to %1</numerusform>
            <numerusform>%Ln customers written to %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n text(s) were too long for Excel and were cut; CSV keeps them whole.</source>
        <translation>
            <numerusform>%Ln text were too long for Excel and were cut; CSV keeps them whole.</numerusform>
            <numerusform>%Ln texts were too long for Excel and were cut; CSV keeps them whole.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FigureRow</name>
    <message numerus="yes">
        <source>and %n returned</source>
        <translation>
            <numerusform>and %Ln returned</numerusform>
            <numerusform>and %Ln returned</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FilterBar</name>
    <message numerus="yes">
        <source>%n more…</source>
        <translation>
            <numerusform>%Ln more…</numerusform>
            <numerusform>%Ln more…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FindingList</name>
    <message numerus="yes">
        <source>%Ln point(s) to look at</source>
        <translation>
            <numerusform>%Ln point to look at</numerusform>
            <numerusform>%Ln points to look at</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FindingsStep</name>
    <message numerus="yes">
        <source>Only the first %n are shown.</source>
        <translation>
            <numerusform>Only the first %Ln are shown.</numerusform>
            <numerusform>Only the first %Ln are shown.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %n customer(s)</source>
        <translation>
            <numerusform>Import %Ln customer</numerusform>
            <numerusform>Import %Ln customers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>and %Ln more line(s)</source>
        <translation>
            <numerusform>and %Ln more line</numerusform>
            <numerusform>and %Ln more lines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Never mail %Ln address(es)</source>
        <translation>
            <numerusform>Never mail %Ln address</numerusform>
            <numerusform>Never mail %Ln addresses</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln address(es) will not be mailed any more.</source>
        <translation>
            <numerusform>%Ln address will not be mailed any more.</numerusform>
            <numerusform>%Ln addresses will not be mailed any more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln had been on the list before.</source>
        <translation>
            <numerusform>%Ln had been on the list before.</numerusform>
            <numerusform>%Ln had been on the list before.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LocalDialog</name>
    <message numerus="yes">
        <source>%n change(s) have not been sent yet. They are in the copy, and leave when you connect again.</source>
        <translation>
            <numerusform>%Ln change has not been sent yet. It is in the copy, and leaves when you connect again.</numerusform>
            <numerusform>%Ln changes have not been sent yet. They are in the copy, and leave when you connect again.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OutcomeStep</name>
    <message numerus="yes">
        <source>%n row(s) were read.</source>
        <translation>
            <numerusform>%Ln row were read.</numerusform>
            <numerusform>%Ln rows were read.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PeopleDialog</name>
    <message numerus="yes">
        <source>%n customer(s)</source>
        <translation>
            <numerusform>%Ln customer</numerusform>
            <numerusform>%Ln customers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecipientsTab</name>
    <message numerus="yes">
        <source>%n recipient(s)</source>
        <translation>
            <numerusform>%Ln recipient</numerusform>
            <numerusform>%Ln recipients</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n mail(s) queued again</source>
        <translation>
            <numerusform>%Ln mail queued again</numerusform>
            <numerusform>%Ln mails queued again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n mail(s) left as they are</source>
        <translation>
            <numerusform>%Ln mail left as it is</numerusform>
            <numerusform>%Ln mails left as they are</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %n mail(s) again?</source>
        <translation>
            <numerusform>Send %Ln mail again?</numerusform>
            <numerusform>Send %Ln mails again?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Send %n mail(s) again</source>
        <translation>
            <numerusform>Send %Ln mail again</numerusform>
            <numerusform>Send %Ln mails again</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RemoveDialog</name>
    <message numerus="yes">
        <source>They asked to be mailed again themselves</source>
        <translation>
            <numerusform>The recipient asked to be mailed again</numerusform>
            <numerusform>All these recipients asked to be mailed again</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SelectionBar</name>
    <message numerus="yes">
        <source>%n selected</source>
        <extracomment>What changes customers.</extracomment>
        <translation>
            <numerusform>%Ln selected</numerusform>
            <numerusform>%Ln selected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Select all %n</source>
        <translation>
            <numerusform>Select all %Ln</numerusform>
            <numerusform>Select all %Ln</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SendDialog</name>
    <message numerus="yes">
        <source>%1 recipient(s)</source>
        <translation>
            <numerusform>%1 recipient</numerusform>
            <numerusform>%1 recipients</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SendingCard</name>
    <message numerus="yes">
        <source>%n mail(s) may or may not have arrived: the connection broke at the last moment. Decide what to do.</source>
        <translation>
            <numerusform>%Ln mail may or may not have arrived: the connection broke at the last moment. Decide what to do.</numerusform>
            <numerusform>%Ln mails may or may not have arrived: the connection broke at the last moment. Decide what to do.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n minute(s) left</source>
        <translation>
            <numerusform>about %Ln minute left</numerusform>
            <numerusform>about %Ln minutes left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n hour(s) left</source>
        <translation>
            <numerusform>about %Ln hour left</numerusform>
            <numerusform>about %Ln hours left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %n day(s) left</source>
        <translation>
            <numerusform>about %Ln day left</numerusform>
            <numerusform>about %Ln days left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n to be tried again</source>
        <translation>
            <numerusform>%Ln to be tried again</numerusform>
            <numerusform>%Ln to be tried again</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ShellScenes</name>
    <message numerus="yes">
        <source>%n customer(s) will be deleted</source>
        <translation>
            <numerusform>%Ln customer will be deleted</numerusform>
            <numerusform>%Ln customers will be deleted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n customer(s)</source>
        <translation>
            <numerusform>Delete %Ln customer</numerusform>
            <numerusform>Delete %Ln customers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) deleted</source>
        <translation>
            <numerusform>%Ln customer deleted</numerusform>
            <numerusform>%Ln customers deleted</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SignOutQuestion</name>
    <message numerus="yes">
        <source>%Ln change(s) have not been sent yet. They are lost when the copy is deleted.</source>
        <translation>
            <numerusform>%Ln change has not been sent yet. It is lost when the copy is deleted.</numerusform>
            <numerusform>%Ln changes have not been sent yet. They are lost when the copy is deleted.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message numerus="yes">
        <source>%n mail(s) unconfirmed</source>
        <extracomment>At the edge, so that its changing words have nothing beside them.</extracomment>
        <translation>
            <numerusform>%Ln mail unconfirmed</numerusform>
            <numerusform>%Ln mails unconfirmed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n mail(s) waiting</source>
        <translation>
            <numerusform>%Ln mail waiting</numerusform>
            <numerusform>%Ln mails waiting</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SuppressionActions</name>
    <message numerus="yes">
        <source>%Ln address(es) may be mailed again</source>
        <translation>
            <numerusform>%Ln address may be mailed again</numerusform>
            <numerusform>%Ln addresses may be mailed again</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln address(es) written to %1</source>
        <translation>
            <numerusform>%Ln address written to %1</numerusform>
            <numerusform>%Ln addresses written to %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln had been on the list before.</source>
        <translation>
            <numerusform>%Ln had been on the list before.</numerusform>
            <numerusform>%Ln had been on the list before.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln address(es) will not be mailed any more.</source>
        <translation>
            <numerusform>%Ln address will not be mailed any more.</numerusform>
            <numerusform>%Ln addresses will not be mailed any more.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SuppressionPane</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SuppressionsPage</name>
    <message numerus="yes">
        <source>%Ln address(es)</source>
        <translation>
            <numerusform>%Ln address</numerusform>
            <numerusform>%Ln addresses</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SynchronisationPage</name>
    <message numerus="yes">
        <source>And %n more change(s) after these.</source>
        <translation>
            <numerusform>And %Ln more change after these.</numerusform>
            <numerusform>And %Ln more changes after these.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Trials</name>
    <message numerus="yes">
        <source>The mailbox can be read: %Ln message(s) in the folder.</source>
        <translation>
            <numerusform>The mailbox can be read: %Ln message in the folder.</numerusform>
            <numerusform>The mailbox can be read: %Ln messages in the folder.</numerusform>
        </translation>
    </message>
</context>
</TS>
