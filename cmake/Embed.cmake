# paysync_embed(TARGET NAMESPACE FUNCTION FILE...): compiles files into TARGET as text.
# Gives `std::map<std::string, std::string_view> FUNCTION()`, by path relative to the source root, declared by the
# caller. The text stays a readable file in the repository and needs no path at run time.
function(paysync_embed target namespace function)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}_${function}.cpp)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DNAMESPACE=${namespace} -DFUNCTION=${function}
            -DROOT=${CMAKE_SOURCE_DIR} "-DFILES=${ARGN}" -P ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake
    DEPENDS ${ARGN} ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake
    COMMENT "Embedding ${function}"
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
endfunction()
