"""Follow-ups (督办单): what became red or is critical has an owner, a term, an answer and a close.

Owns follow-ups, the alerts that belong to each, and its history. One for a cause (a kind of alert about a subject),
however many posts hear of it; while it is open, what comes again belongs to it, and after it was closed a fresh one
opens. States: `open → acknowledged (签收) → answered (反馈) → closed (销号)`, `answered → returned (退回) → answered`.

The owner (责任岗位) is a post: its holder, or whoever acts for it during leave (代理), signs and answers. Another
closes or returns: a post above it, or the bureau, and never who answered or holds the owner's post.
Terms are working hours by the decreed calendar. Who does not sign in time is passed by: the post above hears, once,
then the one above that, until anybody rightly responsible has signed. A pause (暂停) by a named officer stops the
clock until a date, and ends by itself. When the matter recovers, the follow-up and its alerts end.

Alerts of a follow-up are of kinds of their own, in no series: they replace nothing. One tap signs for an alert by a
link (签收链接) that is of one alert, one post and its holder, expires, and is good until the alert is signed for.
"""
