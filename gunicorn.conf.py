"""What gunicorn is told besides its command line, wherever it is started from this folder."""

import os
import shutil
import tempfile

from gunicorn.glogging import Logger

from hubtracker.logs import formatter

COUNTED = "PROMETHEUS_MULTIPROC_DIR"
OWN = os.path.join(tempfile.gettempdir(), "hubtracker-metrics-")

# A folder in which the processes count requests together: of this run, so that nothing is left of earlier ones. It must
# be known before the site is loaded.
if os.environ.get("HUB_METRICS_TOKEN") and COUNTED not in os.environ:
    os.environ[COUNTED] = tempfile.mkdtemp(prefix=os.path.basename(OWN))


class JSONLogger(Logger):
    """gunicorn's own log in the form of the site's."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter())


logger_class = JSONLogger


def on_exit(server):
    if os.environ.get(COUNTED, "").startswith(OWN):
        shutil.rmtree(os.environ[COUNTED], ignore_errors=True)
