"""What is new since somebody opened the desk: threads that began to wait, and replies to the open case. An open page asks.

Its address says what the page shows, so the answer is a few counts, however long the queue is. Nothing on the page moves by
itself: it only says that there is more, and leads to it.
"""
