"""Moving a profile's data: to the company's database, into one that is there, and back to a file of its own."""
