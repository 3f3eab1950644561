"""Areas, communities and languages: facts in versioned data files, loaded into the database."""
