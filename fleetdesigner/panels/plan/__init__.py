"""Sites, halls, pools and phases as a tree."""
