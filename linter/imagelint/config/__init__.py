"""The configuration of users: files, layers, checks with places, rules of their own."""
