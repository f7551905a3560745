"""What earlier runs measured, kept in one database file, and the trends in it."""
