"""What is measured and lives in our own environment: the product itself, and what bounds it from above."""
