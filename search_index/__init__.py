"""Finding solved cases: what a case says, how a question is understood, and the index that brings the two together."""
