"""Reminders: what is owed to whom on a day, and the mail that says it."""
