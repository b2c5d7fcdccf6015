# Programs, and what a person copies and edits. Nothing goes to /etc: an install must not touch a configuration that
# is in use, and the shipped flows are inside the binary.
include(GNUInstallDirs)
install(TARGETS paysync paysync-sandbox RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES config/paysync.yaml README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY config/flows docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
