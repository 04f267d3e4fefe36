"""Several cities together, as a province looks at them (各市汇总): each city's own figures, and their sum.

Owns no figure. A city that does not answer is named, and left out of the sum.
Nobody is in the sum twice through two programmes, because programmes are never added up; the same person may count in
two cities, as each city's own figures have it.
"""
