# paysync_test(KIND ROOM target...): one program of tests/KIND/ROOM/*.cpp, run by CTest under the name KIND.ROOM.
include(GoogleTest)

function(paysync_test kind room)
  cmake_parse_arguments(TEST "" "TIMEOUT" "LIBRARIES" ${ARGN})
  set(target ${kind}_${room})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${kind}/${room}/*.cpp)
  if(NOT sources)
    message(WARNING "tests/${kind}/${room} has no sources yet")
    return()
  endif()
  add_executable(${target} ${sources})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE paysync_options ${TEST_LIBRARIES} GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_definitions(${target} PRIVATE PAYSYNC_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                               PAYSYNC_BINARY_DIR="${CMAKE_BINARY_DIR}")
  foreach(used IN LISTS TEST_UNPARSED_ARGUMENTS)
    target_link_libraries(${target} PRIVATE paysync::${used})
  endforeach()
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 120)
  endif()
  add_test(NAME ${kind}.${room} COMMAND ${target} --gtest_brief=1)
  set_tests_properties(${kind}.${room} PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS ${kind})
  if(kind MATCHES "^(end_to_end|crash)$") # real ports, real time: alone on the machine
    set_tests_properties(${kind}.${room} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()

# paysync_client_packages() and paysync_client_test(ROOM): tests/clients/ROOM/*.test.mjs, run by Node.js against the
# built programs. npm's packages come once into build/…/clients; where they cannot come, the tests are skipped, except
# in CI (tests/clients/packages/suite.sh).
function(paysync_client_packages)
  add_test(NAME clients.packages COMMAND ${CMAKE_SOURCE_DIR}/tests/clients/packages/suite.sh install
                                         ${CMAKE_BINARY_DIR}/clients)
  set_tests_properties(clients.packages PROPERTIES LABELS clients TIMEOUT 600 SKIP_RETURN_CODE 77
                                                   FIXTURES_SETUP client_packages)
endfunction()

function(paysync_client_test room)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.test.mjs)
  if(NOT files)
    message(FATAL_ERROR "tests/clients/${room} has no *.test.mjs")
  endif()
  add_test(NAME clients.${room} COMMAND ${CMAKE_SOURCE_DIR}/tests/clients/packages/suite.sh run
                                        ${CMAKE_BINARY_DIR}/clients ${files})
  set_tests_properties(
    clients.${room}
    PROPERTIES LABELS clients TIMEOUT 300 SKIP_RETURN_CODE 77 FIXTURES_REQUIRED client_packages
               ENVIRONMENT PAYSYNC_PROGRAMS=$<TARGET_FILE_DIR:paysync-sandbox>)
endfunction()
