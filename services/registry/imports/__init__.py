"""Imports (批量导入): a file of many rows, each of which is what a POST would have been, by whoever uploaded it.

A job (`ImportJob`) keeps the file and its rows sealed, and goes from state to state: queued → reading → previewed →
committing → committed; failed, cancelled, undoing, undone. Reading puts every row aside (`ImportRow`), and a trial of
each rolls back what it did: the dry run is the real run, but that an institution is shown the same whether or not
others registered somebody (不透露他单位登记情况). Committing enters rows by hundreds: what came of a row stands in the
same transaction as its effect, so that whoever goes on after a crash goes on at the next row, and none counts twice.

The uploader is the caller of each row, with their rights as they are by then; whoever lost them stops the job. Each
institution has a queue of its own, and queues take turns. A large import has several processes, a lane each (分道).
Undoing (撤回导入) withdraws what the job entered and nobody acted on since, as a correction: it never counted.

A list of decisions (办理清单) is the same of transitions: what two officers have to request waits for the second, who
imports the same list or approves this one; undoing puts registrations back as they were, where the act allows it.

What an institution calls a column, once said, is remembered for its files of that programme (`ColumnWording`).
"""
