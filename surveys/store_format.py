"""What tells a store file from other SQLite files, and an older store from a newer one."""

APPLICATION_ID = 0x7A6F7566
"""`zouf`: kept as the file's `application_id`."""

VERSION = 9
"""How many migrations `surveys.schema` has; kept as the file's `user_version`, so that an older program knows a newer
file. It stands here because the migrations need sqlite-utils, which takes long to import and is not needed to open."""
