# Programs, the service's unit and user, and what a person copies and edits. Nothing goes to /etc: an install must not
# touch a configuration that is in use, and the shipped flows are inside the binary.
include(GNUInstallDirs)
install(TARGETS paysync paysync-sandbox RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES config/paysync.yaml README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY config/flows docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES config/systemd/port-443.conf DESTINATION ${CMAKE_INSTALL_DOCDIR}/systemd)

# systemd looks into lib/ below /usr and /usr/local, whatever CMAKE_INSTALL_LIBDIR is. The unit names absolute paths,
# and the prefix is known at the time of the install only (cmake --install --prefix).
set(PAYSYNC_UNIT ${CMAKE_SOURCE_DIR}/config/systemd/paysync.service)
install(CODE "set(unit \"${PAYSYNC_UNIT}\")\nset(staged \"${CMAKE_BINARY_DIR}/paysync.service\")")
install(CODE [[
  file(READ "${unit}" text)
  string(REPLACE "/usr/bin/" "${CMAKE_INSTALL_PREFIX}/bin/" text "${text}")
  string(REPLACE "/usr/share/" "${CMAKE_INSTALL_PREFIX}/share/" text "${text}")
  file(WRITE "${staged}" "${text}")
  file(INSTALL "${staged}" DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/systemd/system")
]])
install(FILES config/systemd/paysync.sysusers DESTINATION lib/sysusers.d RENAME paysync.conf)
