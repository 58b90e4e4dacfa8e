# cmake -DINPUT=catalogue.toml -DOUTPUT=built_in.cpp -P embed.cmake: the text as a string literal.
file(READ "${INPUT}" text)
file(WRITE "${OUTPUT}" "#include \"catalogue/catalogue.hpp\"\n\nnamespace inkstone {\n\nstd::string_view built_in_catalogue() {\n  return R\"inkstone(${text})inkstone\";\n}\n\n}  // namespace inkstone\n")
