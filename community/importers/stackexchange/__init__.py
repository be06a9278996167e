"""The public dump format of Stack Exchange: a folder with Posts.xml and, as far as there are, Users, Comments, Votes,
Tags and PostLinks.

A question becomes a thread, its answers and all comments become replies in the order of time, the accepted answer its
solution, an upvote a helpful vote. The rows are sorted by thread on a temporary `shelf` first; then whole threads are
stored, some two hundred posts in one transaction, each with its ledger entries. So a thread is either here entirely
or not at all, an import that was killed goes on where it stopped, and a later dump of the same site adds what is new.
"""
