"""The editor of mails: a letter (`letter`), read from HTML (`reading`) and written as HTML (`writing`), shown in a
`QTextDocument` (`opener`, `exporter`) and edited (`editor`, `subject`, `toolbar`).

HTML that the editor could not give back as it was is refused when it is read, and edited as HTML instead.
"""
