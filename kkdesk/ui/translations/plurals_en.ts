<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_GB" sourcelanguage="en_GB">
<context>
    <name>StatusBar</name>
    <message numerus="yes">
        <source>%n mail(s) unconfirmed</source>
        <translation>
            <numerusform>%n mail unconfirmed</numerusform>
            <numerusform>%n mails unconfirmed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n mail(s) waiting</source>
        <translation>
            <numerusform>%n mail waiting</numerusform>
            <numerusform>%n mails waiting</numerusform>
        </translation>
    </message>
</context>
</TS>
