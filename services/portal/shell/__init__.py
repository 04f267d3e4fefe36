"""What every page of the portal stands in (门户外壳), so that a group of pages holds nothing but its own matter.

Owns who the visitor is, the session of a browser and the protection of its forms, the language chosen, the layout with
its navigation, the style, and the pages that say what went wrong. A group of pages is a file or a folder in
`services/portal/pages` that has a `group`; being there is all it needs. Nothing of a group is reached by a visitor
whom the session does not know, or whose role the group does not name.
"""
