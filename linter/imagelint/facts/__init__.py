"""What one file says about images, pull secrets and accounts."""
