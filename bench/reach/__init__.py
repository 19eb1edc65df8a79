"""Who is reached in a simulated month: the product beside simpler strategies and beside what nobody could surpass."""
