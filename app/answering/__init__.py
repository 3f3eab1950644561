"""Answering: an organisation's response to a round, page by page, kept until it is sent."""
