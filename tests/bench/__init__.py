"""`make bench` measures the site beside others and writes docs/benchmarks.md."""
