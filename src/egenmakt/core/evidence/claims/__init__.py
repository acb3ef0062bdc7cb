"""Claims: each number and quotation of a report with its proof, and the pack in which anybody can prove it again."""
