"""Subscriptions (订阅): which recipient hears of what, and by which channels.

Owns what each post asks to hear of: programmes, units and kinds (null in the table: all there are, those to come
included), a least severity, and channels. A post of one reporting unit hears of that unit only; a post of the city of
all. Whoever hears of something hears of it once, by the channels of all their subscriptions that match, and always
finds it in the inbox. A post that a policy pack brings for the first time gets the default subscription; one that was
ended does not come back.
"""
