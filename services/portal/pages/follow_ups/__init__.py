"""Follow-ups (督办单): what is red or critical, who answers for it until when, what was done and what is to be done.

Owns the pages alone; who may do what, terms and the ladder are notify's, which says what the visitor may do.
"""
