"""Mail that reaches the right people, once: letters, outbox and transports."""
