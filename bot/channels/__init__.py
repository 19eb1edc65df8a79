"""Group chats beside the account: robots of WeCom groups, and whatever else Apprise can write to."""
