"""What the scripts of the lab share."""
