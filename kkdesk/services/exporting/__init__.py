"""Customers into CSV and Excel files that our own import reads back to the same data, and that run no formulas.

`columns` says what a file can have, `cell_values` how a value is written, `writers` makes the files, `job` runs in the
worker process, `service` is what the window and the command call.
"""
