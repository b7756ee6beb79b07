"""A campaign on its way and afterwards: progress, figures, each recipient."""
