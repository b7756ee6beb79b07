"""The send queue: the web CRM's `email_jobs`, `email_job_items` and `campaign_recipients`, and our `kk_sends`.

- `records`: what callers see (`Progress`, `Unconfirmed`, ...) and what composing a mail needs (`FrozenCampaign`, ...)
- `jobs`: `SendQueue`, for people: enqueue, pause, resume, cancel, progress, unconfirmed, resend, leave, retry
- `leases`, `snapshot`, `claims`, `settling`: for workers: take a job, list its recipients once, claim and record
  batches, settle what a dead worker left
- `journal`: the local, fsynced book of what was handed over
- `retry`: when a temporary refusal is tried again

States of `kk_sends`: pending, claimed, sent, failed, skipped (not allowed any more), unconfirmed, cancelled.
While a recipient is claimed its `campaign_recipients` row already says failed, "unconfirmed": should this computer die
for good, the web CRM's own sender, which resends whatever is pending, leaves it alone.

`SendQueue(db, actor, clock)`, all coroutines:
    enqueue(campaign_id, run_at=None) -> Enqueued; pause(campaign_id); resume(campaign_id); cancel(campaign_id)
    progress(campaign_id) -> Progress; unconfirmed(campaign_id=None) -> list[Unconfirmed]
    resend(recipient_ids) -> int; leave(recipient_ids) -> int; retry(recipient_ids) -> int
"""
