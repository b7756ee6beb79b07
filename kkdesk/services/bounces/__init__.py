"""What came back: the bounce mailbox, read by the worker.

A message becomes a `Letter` (`reading`, `delivery_status`, `plain_bounces`), which names a mail of ours or none
(`marks`, `matching`); what it says is weighed as an SMTP answer would be (`verdicts`) and written in one change
with how far the mailbox has been read (`recording`). `mailbox` is the IMAP side, `service` puts all together.
"""
