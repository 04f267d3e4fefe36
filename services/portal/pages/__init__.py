"""Groups of pages (页面组), each a file or a folder here that has a `group`.

None of them imports another: what two of them need stands in `shell` or `client`.
"""
