"""Pages of registrations in words: everything that has a code by its name, in the reader's language."""
