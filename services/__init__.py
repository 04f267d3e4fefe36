"""The services, each a package of its own."""

import shared as shared  # first of all, for the sake of the imports that follow
