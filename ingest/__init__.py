"""From any log to usage_event: knows formats, files and the database, and no screen."""
