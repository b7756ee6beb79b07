"""The page of the exchange with the company's database, and what is said of it elsewhere."""
