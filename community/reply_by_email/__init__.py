"""Answers by mail: every mail about a thread can be answered, and what comes in is a reply or a private detail like any other."""
