"""Subscriptions (订阅): which recipient hears of what, and by which channels.

Owns what each post asks to hear of: programmes, units and kinds (null in the table: all there are, those to come
included), a least severity, and channels. A post of one reporting unit hears of that unit only; a post of the city of
all. Whoever hears of something hears of it once, by the channels of all their subscriptions that match, and always
finds it in the inbox.

At once, or in a digest at a local time on working days, every day or a day of the week; quiet hours put off what goes
at once to their end on a working day; what is critical knows neither. By each channel an alert goes as early as one of
the subscriptions has it. A post that a policy pack brings for the first time gets the default subscription; one
that was ended does not come back.

And endpoints (回调地址): where an institution's own system hears of the institution's registrations, by which events.
Owns address and secrets (sealed, the secret shown once; after a rotation two sign for a day), and whether it is on: it
goes off by itself after days without a success. One that was removed keeps its ledger. Only its institution changes it.
"""
