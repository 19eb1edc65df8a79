"""What Chenzhong remembers: one file per idea, each with its table and its questions to the database.

The words, in the order in which a story meets them: a *Branch* is a node of the organisation's tree, a *Member* a
person on its roster, a *Follower* an openid that follows the account (bound to a member or not yet). A *Plan* says
what to push again and again; a *Broadcast* is one message for an audience (one firing of a plan, or an admin's own);
a *Push* is a broadcast owed to one member; the *Window* is what the platform still lets us send to a follower. A
*CheckIn* is a member's study on a day, a *Streak* its run of days. Start reading at `database.py` and `writer.py`,
then `push.py`.
"""
