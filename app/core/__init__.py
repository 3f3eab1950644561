"""What every room stands on: settings, database, language, access, headers, audit, base templates."""
