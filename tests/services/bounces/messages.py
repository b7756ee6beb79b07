"""Messages that are no everyday report: text for people, complaints, what programs and people answer."""

from __future__ import annotations

from tests.services.bounces.reports import (
    ADDRESS,
    BLOCKED,
    FULL,
    HARD,
    HEADER,
    MESSAGE_ID,
    REPORTS,
    RETURN_PATH,
    UNKNOWN,
    Sample,
    copy,
    plain,
    report,
)

_FROM_DAEMON = f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: {RETURN_PATH}\nMessage-ID: <plain-1@mx.example>"

SAMPLES: dict[str, Sample] = {
    **REPORTS,
    "forwarded: another mailbox failed": Sample(
        "report",
        report(
            """
            Reporting-MTA: dns; elsewhere.example

            Final-Recipient: rfc822; old.account@elsewhere.example
            Action: failed
            Status: 5.1.1
            Diagnostic-Code: smtp; 550 5.1.1 unknown
            """
        ),
        "failed",
        "5.1.1",
        550,
        "unknown",
        HARD,
    ),
    "an address beyond ASCII (RFC 6533)": Sample(
        "report",
        report(
            """
            Reporting-MTA: dns; mail.out.example

            Final-Recipient: utf-8; μαρία@garage.example
            Action: failed
            Status: 5.1.1
            Diagnostic-Code: smtp; 550 5.1.1 no such mailbox
            """,
            kind="global-delivery-status",
        ),
        "failed",
        "5.1.1",
        550,
        "no such mailbox",
        HARD,
    ),
    "qmail": Sample(
        "report",
        plain(
            f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: {RETURN_PATH}\nSubject: failure notice",
            f"""\
Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{ADDRESS}>:
192.0.2.7 does not like recipient.
Remote host said: 550 5.1.1 sorry, no mailbox here by that name
Giving up on 192.0.2.7.

{copy("--- Below this line is a copy of the message.")}""",
        ),
        "failed",
        "5.1.1",
        550,
        "no mailbox here by that name",
        HARD,
    ),
    "qmail, without a status": Sample(
        "report",
        plain(
            f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: {RETURN_PATH}\nSubject: failure notice",
            f"""\
Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{ADDRESS}>:
This address no longer takes mail.

{copy("--- Below this line is a copy of the message.")}""",
        ),
        "failed",
        "",
        None,
        "",
        UNKNOWN,
    ),
    "exim of old, text alone": Sample(
        "report",
        plain(
            f"{_FROM_DAEMON}\nX-Failed-Recipients: {ADDRESS}\nSubject: Mail delivery failed: returning message to sender",
            f"""\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {ADDRESS}
    SMTP error from remote mail server after RCPT TO:<{ADDRESS}>:
    host mx.garage.example [192.0.2.7]: 552 5.2.2 mailbox is over its quota

{copy("------ This is a copy of the message, including all the headers. ------")}""",
        ),
        "failed",
        "5.2.2",
        552,
        "mailbox is over its quota",
        FULL,
    ),
    "yahoo, text alone": Sample(
        "report",
        plain(
            f"Return-Path: <>\nFrom: MAILER-DAEMON@yahoo.example\nTo: {RETURN_PATH}\n"
            "Message-ID: <y1@yahoo.example>\nSubject: Failure Notice",
            f"""\
Sorry, we were unable to deliver your message to the following address.

<{ADDRESS}>:
554: 5.7.9: Message not accepted for policy reasons

{copy("--- Forwarded message follows: original message ---")}""",
        ),
        "failed",
        "5.7.9",
        None,
        "Message not accepted for policy reasons",
        BLOCKED,
    ),
    "a form nobody knows": Sample(
        "report",
        plain(
            f"Return-Path: <>\nFrom: Postmaster <postmaster@gate.example>\nTo: {RETURN_PATH}\n"
            "Subject: =?utf-8?b?zpQgzrXOvSDPgM6xz4HOsc60z4zOuM63zrrOtQ==?=\nContent-Type: text/plain; charset=utf-8",
            """
            Το μήνυμά σας δεν παραδόθηκε. Ο διακομιστής απάντησε:

            550 5.1.1 Ο παραλήπτης δεν υπάρχει
            """,
        ),
        "failed",
        "5.1.1",
        550,
        "Ο παραλήπτης δεν υπάρχει",
        HARD,
    ),
    "complaint": Sample(
        "complaint",
        report(
            f"""
            Feedback-Type: abuse
            User-Agent: FeedbackLoop/2.0
            Version: 1
            Original-Mail-From: <{RETURN_PATH}>
            Original-Rcpt-To: <{ADDRESS}>
            Source-IP: 192.0.2.26
            """,
            header="From: feedback@isp.example\nTo: abuse@kktires.example",
            kind="feedback-report",
        ),
        event=("complaint", "spam_complaint", "", "", True),
    ),
    "complaint, redacted": Sample(
        "complaint",
        report(
            """
            Feedback-Type: Abuse
            User-Agent: FeedbackLoop/2.0
            Version: 0.1
            Original-Rcpt-To: <redacted@isp.example>
            """,
            header="From: feedback@isp.example\nTo: abuse@kktires.example",
            kind="feedback-report",
            returned=HEADER.replace(ADDRESS, "redacted@isp.example"),
            as_headers=True,
        ),
        event=("complaint", "spam_complaint", "", "", True),
    ),
    "feedback: not spam after all": Sample(
        "notice",
        report("Feedback-Type: not-spam\nUser-Agent: F/2\nVersion: 1", kind="feedback-report"),
    ),
    "read receipt": Sample(
        "notice",
        report(
            f"Final-Recipient: rfc822; {ADDRESS}\nOriginal-Message-ID: {MESSAGE_ID}\nDisposition: manual-action; displayed",
            kind="disposition-notification",
            header=f"From: {ADDRESS}\nTo: {RETURN_PATH}",
        ),
    ),
    "out of office, in Greek": Sample(
        "notice",
        plain(
            f"Return-Path: <>\nFrom: Maria <{ADDRESS}>\nTo: {RETURN_PATH}\nAuto-Submitted: auto-replied\n"
            f"In-Reply-To: {MESSAGE_ID}\nMessage-ID: <auto1@garage.example>\n"
            "Subject: Εκτός γραφείου\nContent-Type: text/plain; charset=utf-8",
            "Απουσιάζω μέχρι τις 5 Δεκεμβρίου. Για επείγοντα: 210 550 5110, δρομολόγιο 5.1.1.",
        ),
    ),
    "out of office of Exchange": Sample(
        "notice",
        plain(
            f"From: Maria <{ADDRESS}>\nTo: {RETURN_PATH}\nX-Auto-Response-Suppress: All\n"
            "Subject: =?utf-8?b?zpHPhc+Ez4zOvM6xz4TOtyDOsc+AzqzOvc+EzrfPg863OiDOnc6tzrE=?=",
            "I am away.",
        ),
    ),
    "out of office, by its subject alone": Sample(
        "notice",
        plain(
            f"Return-Path: <>\nFrom: {ADDRESS}\nTo: {RETURN_PATH}\nSubject: Automatic reply: offer",
            "I am away until Monday.",
        ),
    ),
    "a customer answers": Sample(
        "other",
        plain(
            f"Return-Path: <{ADDRESS}>\nFrom: Maria <{ADDRESS}>\nTo: {RETURN_PATH}\nIn-Reply-To: {MESSAGE_ID}\n"
            "Subject: Re: out of office?\nMessage-ID: <m1@garage.example>",
            f"550 5.1.1 <{ADDRESS}>: User unknown is what your colleague's mailbox tells me. Please call.",
        ),
    ),
    "a customer forwards a report": Sample(
        "other",
        plain(
            f"Return-Path: <{ADDRESS}>\nFrom: Maria <{ADDRESS}>\nTo: info@kktires.example\nMIME-Version: 1.0\n"
            "Content-Type: multipart/mixed; boundary=out",
            "\n".join(
                [
                    "--out",
                    "Content-Type: text/plain",
                    "",
                    "What is this?",
                    "--out",
                    "Content-Type: message/rfc822",
                    "",
                    report(f"Final-Recipient: rfc822; {ADDRESS}\nAction: failed\nStatus: 5.1.1").decode(),
                    "--out--",
                ]
            ),
        ),
        ours=False,
    ),
    "a bounce of somebody else's mail": Sample(
        "other",
        report(
            f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; {ADDRESS}\nAction: failed\nStatus: 5.1.1",
            header="From: MAILER-DAEMON@mx.example\nTo: bounces@kktires.example",
            returned=HEADER.replace(MESSAGE_ID, "<CAF-something@mail.example>"),
        ),
        ours=False,
    ),
}
