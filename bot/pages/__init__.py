"""What members open in a browser, under `/m`: for now the links in pushes."""
