"""Learning: what people decided trains the next tagger, and they choose whether it is used."""
