"""What members open in a browser, under `/m`: the links in pushes, and notes."""
