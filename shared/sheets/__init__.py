"""Sheets that people fill in (表格): a file's bytes into rows, rows into items, and the same sheet back, marked.

Knows spreadsheets and nothing of registrations: whoever reads says which fields are wanted, and gets items with them.

    with opened(content) as book:                       # reading.py: a process of its own, with limits; FileUnreadable
        found = find_table(book, wanted, remembered)    # tables.py: which sheet, which header, which column is what
        reading = TableReading(found)                        # rows.py: cells into values, with every fault of each row
        for rows in book.rows(found.sheet):
            for row in reading.read(rows): ...
        reading.conclude()                              # what only the whole file shows: totals, damaged numbers
    marked(content, found, outcomes, language)          # marking.py: the user's own sheet back (report.xlsx)
"""
