"""Bulletins (历期通报): which were published, and each of them as it was.

Owns only the list. A bulletin is quota's: the page to print, the workbook and the chat text are passed on byte by byte,
with the policy that quota gives its own style.
"""
