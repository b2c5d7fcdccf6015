# Everything comes from Debian's own packages (the list stands in ./dev). Headers of others are SYSTEM: their
# warnings are not ours.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED CONFIG)
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core)
find_package(date CONFIG REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)

find_path(JQ_INCLUDE_DIR jq.h REQUIRED)
find_library(JQ_LIBRARY jq REQUIRED)
add_library(paysync_jq INTERFACE)
target_include_directories(paysync_jq SYSTEM INTERFACE ${JQ_INCLUDE_DIR})
target_link_libraries(paysync_jq INTERFACE ${JQ_LIBRARY})

# Every unit must agree on these macros: they change what Asio's headers define.
add_library(paysync_boost INTERFACE)
target_link_libraries(paysync_boost INTERFACE Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_compile_definitions(paysync_boost INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)

if(PAYSYNC_BUILD_TESTS)
  find_package(GTest REQUIRED)
  find_path(VALIJSON_INCLUDE_DIR valijson/validator.hpp REQUIRED)
  add_library(paysync_valijson INTERFACE)
  target_include_directories(paysync_valijson SYSTEM INTERFACE ${VALIJSON_INCLUDE_DIR})
endif()
