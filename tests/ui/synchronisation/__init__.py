"""The exchange with the company's database in the window."""
