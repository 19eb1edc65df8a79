"""What `chenzhong demo` shows: the whole product, an emulated platform, a sample branch and two phones in the browser."""
