"""What staff see: the only package that imports PySide6."""
