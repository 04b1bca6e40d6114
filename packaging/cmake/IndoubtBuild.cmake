# SPDX-License-Identifier: GPL-3.0-or-later
# Compiler settings and the two functions that every folder uses.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# moc 6.4 cannot parse libstdc++'s <concepts>; with its include guard already set it skips that header, and needs nothing from it.
set(CMAKE_AUTOMOC_MOC_OPTIONS -D_GLIBCXX_CONCEPTS)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(INDOUBT_CCACHE ccache)
if(INDOUBT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${INDOUBT_CCACHE})
endif()
find_program(INDOUBT_MOLD mold)
if(INDOUBT_MOLD)
  # norelro: mold 1.10 lets the relro range begin with a lone .tbss, outside of any segment; when that falls on a page's end the
  # loader refuses the program ("cannot apply additional memory protection").
  add_link_options(-fuse-ld=mold -Wl,-z,norelro)
endif()

# Warnings are errors in our own code; generated code and libraries are SYSTEM.
add_library(indoubt_settings INTERFACE)
target_compile_options(indoubt_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wunused -Werror
  $<$<CXX_COMPILER_ID:GNU>:-Wno-error=maybe-uninitialized -Wno-error=restrict -Wno-error=stringop-overflow>)
if(INDOUBT_SANITIZE)
  string(REPLACE ";" "," _sanitize "${INDOUBT_SANITIZE}")
  add_compile_options(-fsanitize=${_sanitize} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${_sanitize})
endif()

# indoubt_library(NAME [ARROWS a b ...] [LIBRARIES X::Y ...] [INTERFACE_ONLY])
# One static library for the folder it stands in, target `NAME`. ARROWS are the folders it may include,
# LIBRARIES everything foreign. tests/architecture reads the same ARROWS lines.
function(indoubt_library name)
  cmake_parse_arguments(A "" "" "ARROWS;LIBRARIES;PRIVATE_LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  if(sources)
    add_library(${name} STATIC ${sources})
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/backend)
    target_link_libraries(${name} PUBLIC ${A_ARROWS} ${A_LIBRARIES} PRIVATE indoubt_settings ${A_PRIVATE_LIBRARIES})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR}/backend)
    target_link_libraries(${name} INTERFACE ${A_ARROWS} ${A_LIBRARIES})
  endif()
endfunction()
