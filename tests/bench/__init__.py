"""`make bench` measures the site against others, and against itself as it grows, and writes docs/benchmarks.md."""
