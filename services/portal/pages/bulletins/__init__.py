"""Bulletins (历期通报): drawn up, looked at and published; which were, and each of them as it was.

A bulletin is quota's, and so is every figure of its preview, which is kept nowhere: the page to print, the workbook and
the chat text are passed on byte by byte, with the policy that quota gives its own style.
"""
