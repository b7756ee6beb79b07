"""The scheduler: two jobs at cron-job.org that call the company's endpoints, made and watched over its REST API.

Source: docs.cron-job.org/rest-api.html. The key of the account and the key of the calls never reach a log, an address,
an argument or an exception.
"""
