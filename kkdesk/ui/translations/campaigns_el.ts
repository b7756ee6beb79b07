<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="el_GR" sourcelanguage="en_GB">
<context>
    <name>FieldEdit</name>
    <message>
        <source>Edit this field…</source>
        <extracomment>As many characters before a closing brace are looked at for a field typed by hand.</extracomment>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MergeFields</name>
    <message>
        <source>First name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Company</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Town</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name in the vocative</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dear customer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>your business</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>your area</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of the recipient; “%2” where it is missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 of the recipient; nothing where it is missing</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
