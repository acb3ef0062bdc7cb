"""Pictures of patterns as SVG, drawn by the server in the design language of `web/charts.py`; see docs/design.md."""
