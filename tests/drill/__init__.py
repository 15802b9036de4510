"""`make drill`: crashes, a full disk and a database that is away, done to a real server with the real data."""
