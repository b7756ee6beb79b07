"""Dataclasses and rules of the business. No I/O: nothing here opens a file, a socket or a window."""
