"""The environment that tests run in; pytest loads it (`-p tests.environment`) before Django reads its settings."""

import atexit
import os
import shutil
import tempfile

os.environ.setdefault("HUB_SITE_URL", "http://127.0.0.1:8000")
os.environ.setdefault("HUB_SECRET_KEY", "a key for tests, and for nothing else")
# Whatever the caller has set: tests never run in the folder of a real site, nor two xdist workers in the same one.
os.environ["HUB_DATA_DIR"] = tempfile.mkdtemp(prefix="hubtracker-tests-")
atexit.register(shutil.rmtree, os.environ["HUB_DATA_DIR"], ignore_errors=True)
