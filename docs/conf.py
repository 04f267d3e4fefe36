"""The site of the documents (make docs): every page of the repository that is for readers, as Sphinx builds it."""

import itertools
import re

from sphinx.search import SearchEnglish, languages


class SearchPairs(SearchEnglish):
    """Chinese is written without spaces: it is found by its pairs of neighbouring characters, English by its words.

    Sphinx' own search takes a dictionary, jieba, which nobody has released anew since 2020.
    """

    js_splitter_code = r"""
var splitQuery = query => (query.match(/[\u4e00-\u9fff]+|[^\P{Letter}\u4e00-\u9fff]+|[\p{Number}_]+/gu) || [])
  .flatMap(word => /[\u4e00-\u9fff]{2}/.test(word) ? [...word].slice(1).map((next, n) => word[n] + next) : [word]);
"""

    def split(self, input: str) -> list[str]:
        """Words of a page, as `splitQuery` makes those of a question."""
        words = re.findall(r"[\u4e00-\u9fff]+|[^\W\d_\u4e00-\u9fff]+|[\d_]+", input)
        pairs = (["".join(pair) for pair in itertools.pairwise(word)] if word[0] >= "\u4e00" else [] for word in words)
        return [part for word, found in zip(words, pairs, strict=True) for part in found or [word]]


languages["zh"] = SearchPairs

project = html_title = "人才计划登记系统"
language = "zh_CN"
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "deploy/**.md", "services/**.md", "shared/**.md", "bench/**.md"]
extensions = ["myst_parser"]
myst_heading_anchors = 3  # as pages of a forge have them
html_theme = "furo"
html_extra_path = ["site"]  # leads from the first page of the folder to docs/index.html
html_copy_source = False
