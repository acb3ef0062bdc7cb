"""Charts and maps of a report as drawings that belong to no medium. A kind is one module and one line in `table.py`."""
