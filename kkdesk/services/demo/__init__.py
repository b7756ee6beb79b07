"""Sample data: a Greek tyre shop with customers, campaigns and a past, the same for the same seed."""
