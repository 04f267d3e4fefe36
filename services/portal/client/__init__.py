"""The three services as a visitor of the portal reaches them.

Owns how registry, quota and notify are read and written over HTTP, and what their refusals come to. Whatever is asked
for is asked for with the visitor's own token, in the visitor's language; what a service does not give is one of five
errors, and a refused write is a list of what is wrong with which field of the form.
"""
