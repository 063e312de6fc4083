"""« À appeler » and « Lettres à poster »: the same pages for the desks and the coordination, each with its own list."""

from cnapp.web.calls import attempts, endings, index, letters, postings, seats, undoings

PARTS = (index, attempts, endings, seats, undoings, letters, postings)
