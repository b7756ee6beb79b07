"""The campaigns page: the list, composing, the audience, previews, sending, and what became of it."""
