"""`make drill` and `make load`: crashes, a full disk, a missing database and load, on a real server with real data."""
