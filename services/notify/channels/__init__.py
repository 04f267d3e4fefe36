"""Channels (渠道): the ways to reach a recipient, one file each.

Owns what a channel is (`protocol`) and which there are (`registry`, found by looking through this package). A channel
registers itself under its name; subscriptions, addresses and deliveries name it, each has a sender of its own, and no
list, enum or constraint elsewhere knows it. It validates the addresses it serves, gives a message's content the form it
can carry within its limits, and sends it to one address, saying what came of it: delivered, to be tried again, or
failed for good. Whatever the other side or the network does is an outcome; a channel raises nothing, opens no database
and lets no secret into a log, an answer or an outcome's code. A channel that has its deliveries as soon as they are
written, as the inbox (收件箱) has, says so by `at_once` and gets no sender.
"""
