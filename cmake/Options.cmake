# Language level, warnings and sanitizers, stated once and used by every target of ours.
option(PAYSYNC_WERROR "Treat warnings as errors" OFF)
option(PAYSYNC_BUILD_TESTS "Build the test suites" ON)
set(PAYSYNC_SANITIZE "" CACHE STRING "Value of -fsanitize=, empty for none")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness lets ccache serve units that use a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()

add_library(paysync_options INTERFACE)
target_compile_options(paysync_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wimplicit-fallthrough -Wswitch-enum -fdiagnostics-color=always)
if(PAYSYNC_WERROR)
  target_compile_options(paysync_options INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Coroutine frames make g++ 12 warn about variables that cannot be uninitialised, and about their own delete.
  target_compile_options(paysync_options INTERFACE -Wno-maybe-uninitialized -Wno-mismatched-new-delete
    -Wno-restrict) # GCC PR 105329: string concatenation at -O2
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  target_link_options(paysync_options INTERFACE -fuse-ld=mold)
endif()

if(PAYSYNC_SANITIZE)
  # Asio reuses the memory of coroutine frames, which hides a use after free.
  target_compile_definitions(paysync_options INTERFACE BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING)
  target_compile_options(paysync_options INTERFACE -fsanitize=${PAYSYNC_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(paysync_options INTERFACE -fsanitize=${PAYSYNC_SANITIZE})
  if(PAYSYNC_SANITIZE MATCHES "thread")
    # Boost uses atomic_thread_fence, which TSan cannot model; the code paths concerned are Asio's own.
    target_compile_options(paysync_options INTERFACE -Wno-tsan)
  else()
    target_compile_options(paysync_options INTERFACE -fno-sanitize-recover=all)
  endif()
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT PAYSYNC_SANITIZE)
  target_compile_definitions(paysync_options INTERFACE _FORTIFY_SOURCE=2)
  target_compile_options(paysync_options INTERFACE -fstack-protector-strong)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# One Beast or TLS unit takes a gigabyte: on small machines never more than two at once.
set_property(GLOBAL PROPERTY JOB_POOLS heavy=2)
