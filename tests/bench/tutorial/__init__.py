"""A list as the tutorials of django-tables2 and django-filter teach it, over the same rows, for `make bench`."""
