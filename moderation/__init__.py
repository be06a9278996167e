"""The staff side: one door, the queue, and a log of every act."""
