"""Messages (信件): what goes to one recipient, as one thing, by however many channels.

Owns messages and which alerts each carries, one or many. A message has a purpose (alert, digest 摘要, follow-up 督办,
test of a channel 渠道测试, security notice, event of a registration), a language (null: that of its recipient when it
goes out) and `not_before`, the instant from which it may go. A test carries no alert. One of an event carries that, in
the bytes in which institutions' endpoints have it. What it says is made when it goes out, from
the facts of its alerts, in the recipient's language, and holds no name or number of a person; a channel then gives it
its own form.

Looks back as well (回测): what a subscription alone, kept or only proposed, would have had written since a day, of the
events that notify has noted; by posts, leave, calendar and channels as they are now. Nothing is written for it.
"""
