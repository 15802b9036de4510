"""What is measured or written within a process of the site. Importing this package sets Django up."""

import os

import django

from ..servers import megabytes

django.setup()


def peak():
    """The most memory that this process has had at once, in megabytes."""
    return megabytes(os.getpid(), "VmHWM")
