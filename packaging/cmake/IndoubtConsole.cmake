# SPDX-License-Identifier: GPL-3.0-or-later
# indoubt_console_library(NAME ARROWS <console folders> BACKEND <backend folders>)
# One static library `console_NAME` for app/NAME, with AUTOMOC and a shared precompiled header of Qt.
qt_standard_project_setup()
option(INDOUBT_PCH "Precompile Qt headers" ON)

add_library(console_qt STATIC ${CMAKE_SOURCE_DIR}/packaging/cmake/qt_precompiled.cpp)
# The settings must match those of the folders that reuse the header, or the compiler refuses it (-Wpedantic undefines a macro).
target_link_libraries(console_qt PUBLIC Qt6::Widgets Qt6::Svg Qt6::PrintSupport PRIVATE indoubt_settings)
# gRPC asks its users for -pthread, which defines a macro: the header and every folder must agree on it.
target_compile_options(console_qt PUBLIC -pthread)
set_target_properties(console_qt PROPERTIES AUTOMOC OFF)
if(INDOUBT_PCH)
  target_precompile_headers(console_qt PRIVATE ${CMAKE_SOURCE_DIR}/packaging/cmake/qt_precompiled.h)
endif()

function(indoubt_console_library name)
  cmake_parse_arguments(A "" "" "ARROWS;BACKEND;PRIVATE_LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.h
       ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.qrc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  list(TRANSFORM A_ARROWS PREPEND console_)
  set(impl ${sources})
  list(FILTER impl INCLUDE REGEX "\\.cpp$")
  if(impl)
    add_library(console_${name} STATIC ${sources})
    set_target_properties(console_${name} PROPERTIES AUTOMOC ON AUTORCC ON)
    target_include_directories(console_${name} PUBLIC ${CMAKE_SOURCE_DIR}/app)
    target_link_libraries(console_${name} PUBLIC ${A_ARROWS} ${A_BACKEND} console_qt PRIVATE indoubt_settings ${A_PRIVATE_LIBRARIES})
    if(INDOUBT_PCH AND name STREQUAL "shell")
      # Through the cluster it is compiled with -pthread, and a precompiled header takes only its own settings.
      target_precompile_headers(console_${name} PRIVATE ${CMAKE_SOURCE_DIR}/packaging/cmake/qt_precompiled.h)
    elseif(INDOUBT_PCH AND NOT name STREQUAL "plots")
      target_precompile_headers(console_${name} REUSE_FROM console_qt)
    endif()
  else()
    add_library(console_${name} INTERFACE)
    target_include_directories(console_${name} INTERFACE ${CMAKE_SOURCE_DIR}/app)
    target_link_libraries(console_${name} INTERFACE ${A_ARROWS} ${A_BACKEND} console_qt)
  endif()
endfunction()
