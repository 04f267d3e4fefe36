"""One frozen content as a workbook, a page to print, and a text for chat groups (版式)."""
