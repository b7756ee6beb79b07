"""Templates and signatures: what campaigns begin and end with."""
