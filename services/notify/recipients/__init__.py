"""Recipients: posts (岗位), not people, where they are reached, and the names their alerts are written with.

Owns posts, their addresses and names. A post has a `login` (the client that reads its inbox), a reporting unit (null
for the whole city), a language, a deputy (代理人) and a superior (上级), who are posts as well, and for each channel
any number of addresses, in order. `email` is the first address of the channel e-mail by another name.

Whoever holds a post changes, the post stays (岗位交接): its inbox, subscriptions and open alerts go with it, deliveries
under way go to the address it has by then, and from the handover on a policy pack no longer says who holds it. Its
holder may be on leave (休假); then the deputy acts, or the deputy's deputy. Deputy and superior may see all that the
post sees, and nobody gives himself a post, or a part in another's. Names (programmes,
reporting units, measure words 计量单位) come from the policy pack and are copied into alerts, never looked up again.
"""
