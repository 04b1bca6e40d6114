# SPDX-License-Identifier: GPL-3.0-or-later
# `cmake --install` and `cpack`: one Debian package (or an archive) with the console, the daemon, the command line, the desktop entry,
# its metadata, the user unit and the licence notice. Dependencies are read from the built programs.
include(GNUInstallDirs)

install(TARGETS indoubtctl indoubtd RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(INDOUBT_CONSOLE)
  install(TARGETS indoubt RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES ${CMAKE_SOURCE_DIR}/packaging/indoubt.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
  install(FILES ${CMAKE_SOURCE_DIR}/packaging/io.github.indoubt.Indoubt.metainfo.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
  install(FILES ${CMAKE_SOURCE_DIR}/packaging/indoubt.svg DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps)
endif()
install(FILES ${CMAKE_SOURCE_DIR}/packaging/indoubtd.service DESTINATION lib/systemd/user)
install(FILES ${CMAKE_SOURCE_DIR}/packaging/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/indoubt)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/resources/scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/indoubt OPTIONAL)

set(CPACK_PACKAGE_NAME indoubt)
set(CPACK_PACKAGE_VENDOR "The Indoubt maintainers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "See distributed payments commit, and settle the ones that are stuck")
set(CPACK_PACKAGE_CONTACT "The Indoubt maintainers <maintainers@indoubt.invalid>")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/packaging/copyright)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "fonts-inter, fonts-jetbrains-mono")
include(CPack)
