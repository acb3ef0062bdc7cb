"""What is counted, as data, and the exact answer: one expression for each measure, on DuckDB or on Spark."""
