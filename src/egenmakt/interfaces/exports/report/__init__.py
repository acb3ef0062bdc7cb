"""A report out of its blocks: a page, a PDF, a text document and a data annex that all say the same."""
