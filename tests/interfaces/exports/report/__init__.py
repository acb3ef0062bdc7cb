"""Reports: the same blocks as a page, a PDF, a text document and a workbook."""
