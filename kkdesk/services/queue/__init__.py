"""The send queue: the web CRM's `email_jobs`, `email_job_items` and `campaign_recipients`, and our `kk_sends`.

- `records`: what callers see (`Progress`, `Unconfirmed`, ...) and what composing a mail needs (`FrozenCampaign`, ...)
- `jobs`: `SendQueue(db, actor, clock)`, what people do: enqueue, pause, resume, cancel, resend, leave, retry
- `progress`: `QueueProgress(db, actor, clock)`, what people see: progress, unconfirmed, overview
- `leases`, `preparation`, `listing`, `claims`, `results`: take a job, list its recipients once, claim batches (asking
  once more whether each may be mailed), record what became of them
- `shift`: a worker from its beginning to its end; `run`: one run of one job, with `ready` (who waits for a lane) and
  `exchange` (what the database is told); `equipment`: what runs work with
- `who_sends`, `limits`, `domain_pace`, `pauses`: the cloud or this computer, how much at a time, how much at once to
  one domain, and when a campaign holds by itself
- `settling`: what a dead worker left, and databases restored from a backup
- `journal`, `home`: the local, fsynced book of what was handed over, and the folder that holds it
- `retry`: when a temporary refusal is tried again

States of `kk_sends`: pending, claimed, sent, failed, skipped (not allowed any more), unconfirmed, cancelled,
bounced (by `kkdesk.services.bounces`).
While a recipient is claimed its `campaign_recipients` row already says failed, "unconfirmed": should this computer die
for good, the web CRM's own sender, which resends whatever is pending, leaves it alone.
"""
