"""The search (查找) over everything the visitor may see: programmes, units, registrations, bulletins, alerts.

Each service says what this visitor may see. A person's number is no query, because what is looked for stands in the
address of the page, in the history of the browser and in logs: it is refused, and taken out of the address.
"""
