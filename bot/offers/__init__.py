"""What is offered to tap to somebody who was not understood."""
