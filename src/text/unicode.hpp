// What tokenisers ask of Unicode, in version 14.0.0: the version of the reference (Python 3.11), because a later one assigns
// characters that the reference throws away. Normal forms by UAX #15, lower case by SpecialCasing's final sigma. The tables are
// made by make_unicode_table.py.
#pragma once

#include <string>
#include <string_view>

namespace inkstone::unicode {

// Bytes that are no UTF-8 become U+FFFD, one for each maximal piece of a broken character.
std::u32string decode(std::string_view utf8);
std::string encode(std::u32string_view text);
void append_utf8(std::string& utf8, char32_t c);

bool is_control(char32_t c);          // categories Cc, Cf, Cs, Co, Cn
bool is_blank(char32_t c);            // category Zs
bool is_letter(char32_t c);           // categories L*
bool is_number(char32_t c);           // categories N*
bool is_nonspacing_mark(char32_t c);  // category Mn
bool is_punctuation(char32_t c);      // categories P*
bool is_han(char32_t c);              // the blocks of Chinese characters that BERT's tokeniser sets apart

std::u32string nfd(std::u32string_view text);
std::u32string nfc(std::u32string_view text);

// Of one character, without regard to its neighbours; U+0130 is the one that becomes two and is left to lower_case.
char32_t lower_of(char32_t c);
// Of a text; a capital sigma that ends a word becomes the final one.
std::u32string lower_case(std::u32string_view text);

}  // namespace inkstone::unicode
