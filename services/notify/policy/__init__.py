"""The policy pack (政策包) as notify needs it: the posts that hear of things, and what things are called.

Owns the documents that were applied (the one applied last is in force). Applying a pack adds and changes posts, with
their e-mail address, and names; it takes nothing away, and applied again it changes nothing. A post it brings for the
first time gets the default subscription. Who holds a post that was handed over since is no longer the pack's to say.
"""
