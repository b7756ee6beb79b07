"""The page of changes that can be taken back."""
