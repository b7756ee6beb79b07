"""Customers from the files that Greek businesses have: found, understood, checked, matched, written in one piece.

| module | answers |
|---|---|
| `reading` | what is in the file (`examine`), and its rows in blocks (`blocks`), from `text_file` or `workbook` |
| `mapping` | which column is which field, and how sure that is |
| `checking` | what each cell becomes, and every problem by row and column |
| `matching` | whether the customer is there already |
| `consent` | who must not be mailed, whatever the file says |
| `writing` | the one change that writes it all |
| `job` | all of these in order, in the worker process |
| `service` | what the window and the command call |
"""
