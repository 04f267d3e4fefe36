"""What follows a recognition (认定后情况): circumstances of what is registered, and placements at bases (见习).

A circumstance says what became so of a registration from a day on: its post fell vacant or changed hands (空缺、在岗),
its person settled (落户) or gained the second certificate (双证). The contract calls it a fact of the registration;
what was announced of a registration is another thing. It is kept by both clocks, the day it is effective and the
instant it was recorded: corrected or withdrawn, it stays in sight. What stands gives later values to fields of the
registration's details (`later_details`), from which its classes follow day by day, and with them every count.

A placement is one person at one recognised base for 3 to 12 months: under way, finished, hired or left early. Retention
(留用率) is hired ÷ finished, by people, each once.

Invariants: a circumstance changes nothing before its registration counts, after it left, or in what was revoked; one
holder a post and one post a holder on any day; one placement a person on any day; whose data it is stays sealed with
`subjects`, and events carry counting states alone.
"""
