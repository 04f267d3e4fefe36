"""Imports (批量导入): a file is uploaded, looked at before it counts, committed, and taken back.

Owns the pages and what is said of a file before it is sent on. The import is the registry's: a file passes through
here piece by piece, and how far it is comes from the registry as it happens.
"""
