"""Deliveries (投递): the way of a message to one address of a channel, with every attempt kept.

Owns deliveries, their attempts, and alerts that wait to go out.
States: `pending → sending → delivered | pending | failed`; `skipped` where the
post has no address of the channel. One delivery for each message, channel and address, which it names by number, so
that what is under way follows a post to its new address.

Each channel has a sender of its own, so that a slow one delays no other, with several on their way at
once: of each post and address one, in order, so that one that hangs delays nobody else. A channel that carries so many
a minute has one at a time, by all senders together; what waits for the same post then goes as one message, the others
being skipped in its favour. What is due is claimed, sent and recorded in
that order, and no transaction is open while it is on its way. A claim is a lease of five minutes; a sender that dies
leaves an attempt `unknown` and the delivery to the next one, so a message may come twice, by the same id. What may go
better later is tried again after 5 s, 5 m, 30 m, 2 h, 5 h and 10 h, up to a
tenth sooner, and not before the other side said; sending again by hand starts that anew.
What is queued is dropped for a later word about the same subject and series (取代), and names the delivery that goes.
What does not go at once waits (暂存), and goes out as one message: a digest (摘要) of the day, once for each post and
channel, which the key of its row sees to, or when quiet hours end; of one subject only the last word.
Events go to institutions' endpoints the same way (合作单位回调): the channel is the endpoint, `address_number` the lane
of a registration. What is due to one that is off is given up, and sent again by time when its institution wants it.
A test of a channel (渠道测试) is a message without alerts, which goes the same way and is found in the same ledger.
"""
