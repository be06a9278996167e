"""What the asker says of a solved thread: were they served well, and was it personal?"""
