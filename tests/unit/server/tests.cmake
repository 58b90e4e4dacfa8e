# What the server serves is the studio's: jobs and tasks.
target_link_libraries(unit_server PRIVATE inkstone_studio)
