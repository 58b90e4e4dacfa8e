# cmake -DINPUTS=a.toml,b.toml -DOUTPUT=configs.cpp -P embed_configs.cmake: the configs as a table of texts by name.
string(REPLACE "," ";" inputs "${INPUTS}")
set(rows "")
foreach(input IN LISTS inputs)
  get_filename_component(name "${input}" NAME_WE)
  file(READ "${input}" text)
  string(APPEND rows "      {\"${name}\", R\"inkstone(${text})inkstone\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "#include \"families/embedded_configs.hpp\"\n\nnamespace inkstone {\n\nstd::vector<EmbeddedConfig> embedded_configs() {\n  return {\n${rows}  };\n}\n\n}  // namespace inkstone\n")
