"""What one file holds on images, pull secrets and accounts."""
