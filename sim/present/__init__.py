"""How results are shown: words and numbers, tables, figures, pages."""
