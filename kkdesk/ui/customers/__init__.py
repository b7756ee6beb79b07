"""The customers page: list, filters, details, form, bulk edits."""
