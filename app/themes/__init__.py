"""Themes: the codebook, and the tagger that suggests which themes a statement raises."""
