"""What came back: the bounce mailbox, read by the worker.

- `letters`: what a message turned out to be; `reading`: from its bytes to that, with `delivery_status` (reports by the
  standard), `plain_bounces` (those that are text for people) and `marks` (by what it names a mail of ours)
- `matching`: which mail that is; `verdicts`: what is said of it, by the rules for servers' answers
- `recording`: all of it written, once, with how far the mailbox has been read
- `account`, `mailbox`: IMAP, and what people are told when it fails
- `pass_through`: one pass through what is new; `service`: `BounceMailbox`, passes and the waiting between
  them; `report`
"""
