"""The overview (总览): how far every programme has come, the latest milestones and the alerts, on one page.

Owns no figure: quota counts, the registry names, notify alerts, and the page puts what they answer side by side, as of
a day that the reader may choose. Whatever one of them does not answer is left out, and said so. Of several periods of
one quota the one that began last is shown. Columns of units are never added up: one person may count in several.
"""
