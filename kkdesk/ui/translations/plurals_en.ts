<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_GB" sourcelanguage="en_GB">
<context>
    <name>ShellScenes</name>
    <message numerus="yes">
        <source>%n customer(s) will be deleted</source>
        <translation>
            <numerusform>%n customer will be deleted</numerusform>
            <numerusform>%n customers will be deleted</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n customer(s)</source>
        <translation>
            <numerusform>Delete %n customer</numerusform>
            <numerusform>Delete %n customers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) deleted</source>
        <translation>
            <numerusform>%n customer deleted</numerusform>
            <numerusform>%n customers deleted</numerusform>
        </translation>
    </message>
</context>
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
