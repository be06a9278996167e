"""What is looked at by staff before it is public: why it is held, and what they decide."""
