"""Opens and clicks: who came (a person or a machine), recorded once, in batches, never lost once answered."""
