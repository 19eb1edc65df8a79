"""What `chenzhong demo` shows: the whole product, an emulated platform, a sample branch, two phones in the browser."""
