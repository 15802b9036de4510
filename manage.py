#!/usr/bin/env python
"""Hub Tracker's command line: `python manage.py help` lists the commands."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError

from missions.ledger.corruption import explain_corruption

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubtracker.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as mistake:
        sys.exit(str(mistake))
    except DatabaseError as error:
        if not (explanation := explain_corruption(error)):
            raise
        sys.exit(explanation)
