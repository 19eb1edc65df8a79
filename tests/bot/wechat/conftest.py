from hypothesis import settings

# How long one example takes says nothing on a busy machine, and nothing is to be left in the working tree.
settings.register_profile("chenzhong", deadline=None, database=None)
settings.load_profile("chenzhong")
