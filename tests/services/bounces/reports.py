"""Messages as they come into a bounce mailbox, written for these tests in the styles of well-known servers."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent

BOUNCES = "bounces@kktires.example"
TOKEN = "01jd3m8q5v7x9z2b4d6f8h0k1n.0a1b2c3d4e5f"
MESSAGE_ID = f"<{TOKEN}@kktires.example>"
RETURN_PATH = f"bounces+{TOKEN}@kktires.example"
RECIPIENT = "rcpt_V1StGXR8_Z5jdHi6B-myT"
ADDRESS = "maria@garage.example"

HEADER = f"""\
From: KK Tires <info@kktires.example>
To: {ADDRESS}
Subject: =?utf-8?q?=CE=9D=CE=AD=CE=B1_=CE=B5=CE=BB=CE=B1=CF=83=CF=84=CE=B9=CE=BA=CE=AC?=
Message-ID: {MESSAGE_ID}
X-KKDesk-Recipient: {RECIPIENT}
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
"""
#: A text that speaks of failures as customers' mails may: no word of it is the server's.
ORIGINAL = f"{HEADER}\nΕλαστικά 550 5.7.1 και 5.1.1, τιμή 452 ευρώ.\n"


@dataclass(frozen=True)
class Sample:
    """A message, and what it is."""

    kind: str
    content: bytes
    action: str = ""
    status: str = ""
    code: int | None = None
    words: str = ""
    #: event, reason, bounce type, subtype, whether the address is suppressed at once.
    event: tuple[str, str, str, str, bool] | None = None
    ours: bool = True


HARD = ("bounce", "hard_bounce", "hard", "noemail", True)
UNKNOWN = ("bounce", "hard_bounce", "hard", "general", False)
FULL = ("bounce", "soft_bounce", "soft", "mailbox_full", False)
BLOCKED = ("bounce", "blocked", "", "", False)


def report(
    fields: str,
    *,
    header: str = "",
    text: str = "Your message could not be delivered.",
    returned: str = ORIGINAL,
    as_headers: bool = False,
    kind: str = "delivery-status",
) -> bytes:
    """A multipart/report with `fields` as its second part."""
    third = "text/rfc822-headers" if as_headers else "message/rfc822"
    head = dedent(header).strip() or f"From: MAILER-DAEMON@mx.example\nTo: <{RETURN_PATH}>"
    return "\n".join(
        [
            "Return-Path: <>",
            head,
            "Message-ID: <report-1@mx.example>",
            "Subject: Undelivered Mail Returned to Sender",
            "MIME-Version: 1.0",
            f'Content-Type: multipart/report; report-type={kind}; boundary="=_b1"',
            "",
            "--=_b1",
            "Content-Type: text/plain; charset=us-ascii",
            "",
            text,
            "",
            "--=_b1",
            f"Content-Type: message/{kind}",
            "",
            dedent(fields).strip(),
            "",
            "--=_b1",
            f"Content-Type: {third}",
            "",
            returned,
            "--=_b1--",
            "",
        ]
    ).encode()


def plain(header: str, body: str) -> bytes:
    """A message of one part."""
    return f"{dedent(header).strip()}\n\n{dedent(body).strip()}\n".encode()


def copy(lead: str) -> str:
    """The returned mail after a line that announces it."""
    return f"{lead}\n\n{ORIGINAL}"


REPORTS: dict[str, Sample] = {
    "postfix, unknown user": Sample(
        "report",
        report(
            f"""
            Reporting-MTA: dns; mail.out.example
            X-Postfix-Queue-ID: 4Xq1Zt2Hn3z9rw
            X-Postfix-Sender: rfc822; {RETURN_PATH}
            Arrival-Date: Mon, 23 Nov 2026 09:12:01 +0200 (EET)

            Final-Recipient: rfc822; {ADDRESS}
            Original-Recipient: rfc822;{ADDRESS}
            Action: failed
            Status: 5.1.1
            Remote-MTA: dns; mx.garage.example
            Diagnostic-Code: smtp; 550 5.1.1 <{ADDRESS}>: Recipient address rejected:
                User unknown in virtual mailbox table
            """,
            as_headers=True,
            returned=HEADER,
        ),
        "failed",
        "5.1.1",
        550,
        "User unknown in virtual mailbox table",
        HARD,
    ),
    "postfix, delayed": Sample(
        "report",
        report(
            f"""
            Reporting-MTA: dns; mail.out.example

            Final-Recipient: rfc822; {ADDRESS}
            Action: delayed
            Status: 4.4.1
            Diagnostic-Code: X-Postfix; connect to mx.garage.example[192.0.2.7]:25: Connection timed out
            Will-Retry-Until: Sat, 28 Nov 2026 09:12:01 +0200 (EET)
            """
        ),
        "delayed",
        "4.4.1",
        None,
        "Connection timed out",
        ("deferred", "dns_failure", "soft", "", False),
    ),
    "exim, generic status and the server's own in the text": Sample(
        "report",
        report(
            f"""
            Reporting-MTA: dns; mail.out.example

            Action: failed
            Final-Recipient: rfc822;{ADDRESS}
            Status: 5.0.0
            Remote-MTA: dns; mx.garage.example
            Diagnostic-Code: smtp; 550-5.2.1 The account is disabled
             550 5.2.1 See the help pages
            """,
            header=f"From: Mail Delivery System <Mailer-Daemon@mail.out.example>\nTo: {RETURN_PATH}\n"
            f"X-Failed-Recipients: {ADDRESS}\nAuto-Submitted: auto-replied",
        ),
        "failed",
        "5.2.1",
        550,
        "550-5.2.1 The account is disabled See the help pages",
        HARD,
    ),
    "exim, no reason": Sample(
        "report",
        report(
            f"""
            Reporting-MTA: dns; mail.out.example

            Action: failed
            Final-Recipient: rfc822;{ADDRESS}
            Status: 5.0.0
            Diagnostic-Code: smtp; 550 Administrative prohibition
            """
        ),
        "failed",
        "5.0.0",
        550,
        "Administrative prohibition",
        UNKNOWN,
    ),
    "exchange, recipient not found": Sample(
        "report",
        report(
            f"""
            Reporting-MTA: dns;EX01.garage.example
            Received-From-MTA: dns;mail.out.example
            Arrival-Date: Mon, 23 Nov 2026 07:12:01 +0000

            Final-Recipient: rfc822;{ADDRESS}
            Action: failed
            Status: 5.1.10
            Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup
            """,
            header=f"From: Microsoft Outlook <MicrosoftExchange329@garage.example>\nTo: <{RETURN_PATH}>",
        ),
        "failed",
        "5.1.10",
        550,
        "RESOLVER.ADR.RecipientNotFound",
        HARD,
    ),
    "outlook.com, authentication": Sample(
        "report",
        report(
            f"""
            Reporting-MTA: dns;AM7EUR03.protection.example

            Final-Recipient: rfc822;{ADDRESS}
            Action: failed
            Status: 5.7.515
            Diagnostic-Code: smtp;550 5.7.515 Access denied, sending domain kktires.example does not meet the
             required authentication level
            """
        ),
        "failed",
        "5.7.515",
        550,
        "Access denied",
        BLOCKED,
    ),
    "exchange, message expired": Sample(
        "report",
        report(
            f"""
            Reporting-MTA: dns;AM7EUR03.protection.example

            Final-Recipient: rfc822;{ADDRESS}
            Action: failed
            Status: 5.4.300
            Diagnostic-Code: smtp;550 5.4.300 Message expired -> 451 4.4.0 Timed out
            """
        ),
        "failed",
        "5.4.300",
        550,
        "Message expired",
        ("bounce", "dns_failure", "soft", "", False),
    ),
    "gmail, over quota": Sample(
        "report",
        report(
            f"""
            Reporting-MTA: dns; googlemail.example
            Arrival-Date: Sun, 22 Nov 2026 23:12:01 -0800 (PST)

            Final-Recipient: rfc822; {ADDRESS}
            Action: failed
            Status: 4.2.2
            Remote-MTA: dns; gmail-smtp-in.l.mail.example. (192.0.2.26, the server for the domain.)
            Diagnostic-Code: smtp; 452-4.2.2 The recipient's inbox is out of storage space.
             452 4.2.2 Please direct the recipient to the storage page. x12 - gsmtp
            Last-Attempt-Date: Mon, 23 Nov 2026 01:12:01 -0800 (PST)
            """,
            header=f"From: Mail Delivery Subsystem <mailer-daemon@googlemail.example>\nTo: {RETURN_PATH}\n"
            f"Auto-Submitted: auto-replied\nX-Failed-Recipients: {ADDRESS}",
        ),
        "failed",
        "4.2.2",
        452,
        "out of storage space. Please direct",
        FULL,
    ),
    "gmail, unauthenticated mail": Sample(
        "report",
        report(
            f"""
            Reporting-MTA: dns; mail.out.example

            Final-Recipient: rfc822; {ADDRESS}
            Action: failed
            Status: 5.7.26
            Diagnostic-Code: smtp; 550-5.7.26 This mail has been blocked because the sender is unauthenticated.
             550-5.7.26 It requires SPF or DKIM.
             550 5.7.26 gsmtp
            """
        ),
        "failed",
        "5.7.26",
        550,
        "It requires SPF or DKIM. gsmtp",
        BLOCKED,
    ),
    "sendmail, host unknown": Sample(
        "report",
        report(
            f"""
            Reporting-MTA: dns; mail.out.example
            Arrival-Date: Mon, 23 Nov 2026 09:12:01 +0200

            Final-Recipient: RFC822; {ADDRESS}
            Action: failed
            Status: 5.1.2
            Remote-MTA: DNS; garage.example
            Diagnostic-Code: SMTP; 550 Host unknown
            Last-Attempt-Date: Mon, 23 Nov 2026 09:12:02 +0200
            """,
            text="   ----- The following addresses had permanent fatal errors -----\n"
            f"<{ADDRESS}>\n    (reason: 550 Host unknown)",
        ),
        "failed",
        "5.1.2",
        550,
        "Host unknown",
        HARD,
    ),
    "sendmail, gave up after five days": Sample(
        "report",
        report(
            f"""
            Reporting-MTA: dns; mail.out.example

            Final-Recipient: RFC822; {ADDRESS}
            Action: failed
            Status: 4.4.7
            Last-Attempt-Date: Sat, 28 Nov 2026 09:12:02 +0200
            """
        ),
        "failed",
        "4.4.7",
        None,
        "",
        ("bounce", "dns_failure", "soft", "", False),
    ),
    "no such domain": Sample(
        "report",
        report(
            f"""
            Reporting-MTA: dns; mail.out.example

            Final-Recipient: rfc822; {ADDRESS}
            Action: failed
            Status: 5.4.4
            Diagnostic-Code: X-Postfix; Host or domain name not found. Name service error for name=garage.example
             type=A: Host not found
            """
        ),
        "failed",
        "5.4.4",
        None,
        "Host not found",
        ("bounce", "dns_failure", "hard", "noemail", True),
    ),
    "too large": Sample(
        "report",
        report(
            f"""
            Reporting-MTA: dns; mail.out.example

            Final-Recipient: rfc822; {ADDRESS}
            Action: failed (no further attempts)
            Status: 5.3.4 (message too big)
            Diagnostic-Code: smtp; 552 5.3.4 Message size exceeds fixed limit
            """
        ),
        "failed",
        "5.3.4",
        552,
        "Message size exceeds",
        ("bounce", "too_large", "", "", False),
    ),
    "delivered": Sample(
        "report",
        report(
            f"""
            Reporting-MTA: dns; mx.garage.example

            Original-Recipient: rfc822;{ADDRESS}
            Final-Recipient: rfc822; m.papadaki@backend.example
            Action: relayed
            Status: 2.1.9
            """
        ),
        "delivered",
        "2.1.9",
        None,
        "",
        ("delivered", "", "", "", False),
    ),
}
