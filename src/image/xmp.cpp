#include "image/xmp.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "image/metadata_parts.hpp"
#include "image/text_encoding.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kMaxEntity = 11;  // "&#1114111;"
constexpr std::string_view kHead =
    "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
    " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
    "  <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"\n"
    "    xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\" xmlns:inkstone=\"urn:inkstone:recipe:1.0:\">\n";
constexpr std::string_view kTail = "  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\r')
      out += "&#xD;";
    else if (code < 32 && c != '\n' && c != '\t')
      out += "\xEF\xBF\xBD";
    else
      out += c;
  }
  return out;
}

std::string element(std::string_view name, std::string_view text) {
  return text.empty() ? "" : fmt::format("   <{0}>{1}</{0}>\n", name, escaped(text));
}

std::string list_element(std::string_view name, std::string_view list, std::string_view attribute, std::string_view text) {
  if (text.empty()) return "";
  return fmt::format("   <{0}><rdf:{1}><rdf:li{2}>{3}</rdf:li></rdf:{1}></{0}>\n", name, list, attribute, escaped(text));
}

// "amp", "#10", "#xA": the character it stands for.
std::string entity(std::string_view name) {
  for (const auto& [known, text] : std::initializer_list<std::pair<std::string_view, const char*>>{
           {"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}})
    if (name == known) return text;
  if (!name.starts_with('#')) return {};
  name.remove_prefix(1);
  const bool hex = name.starts_with('x');
  if (hex) name.remove_prefix(1);
  unsigned code = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
  if (error != std::errc{} || end != name.data() + name.size() || code > 0xFFFF) return {};
  return utf16_to_utf8(std::string{static_cast<char>(code >> 8), static_cast<char>(code & 255)}, ByteOrder::big);
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto length = text[i] == '&' ? text.substr(i, kMaxEntity).find(';') : std::string_view::npos;
    if (length == std::string_view::npos) {
      out += text[i];
      continue;
    }
    out += entity(text.substr(i + 1, length - 1));
    i += length;
  }
  return clean_utf8(out);
}

// The raw content of the first <name ...>content</name>.
std::optional<std::string_view> content_of(std::string_view packet, const std::string& name) {
  const auto start = packet.find("<" + name);
  if (start == std::string_view::npos) return std::nullopt;
  const auto open = packet.find('>', start);
  if (open == std::string_view::npos || packet[open - 1] == '/') return std::nullopt;
  const auto end = packet.find("</" + name, open);
  if (end == std::string_view::npos) return std::nullopt;
  return packet.substr(open + 1, end - open - 1);
}

std::string_view attribute_of(std::string_view packet, const std::string& name) {
  for (auto at = packet.find(name + "="); at != std::string_view::npos; at = packet.find(name + "=", at + 1)) {
    const auto quote_at = at + name.size() + 1;
    const char quote = quote_at < packet.size() ? packet[quote_at] : ' ';
    const auto end = quote == '"' || quote == '\'' ? packet.find(quote, quote_at + 1) : std::string_view::npos;
    if (end != std::string_view::npos) return packet.substr(quote_at + 1, end - quote_at - 1);
  }
  return {};
}

// The first item where the property is a list.
std::string property(std::string_view packet, const std::string& name) {
  const auto content = content_of(packet, name);
  if (!content) return unescaped(attribute_of(packet, name));
  return unescaped(content_of(*content, "rdf:li").value_or(*content));
}

}  // namespace

std::string make_xmp(const XmpTexts& texts) {
  const std::string body = element("xmp:CreatorTool", texts.software) + list_element("dc:creator", "Seq", "", texts.creator) +
                           list_element("dc:rights", "Alt", " xml:lang=\"x-default\"", texts.licence) +
                           element("Iptc4xmpExt:DigitalSourceType", texts.digital_source_type) +
                           element("inkstone:parameters", texts.parameters) + element("inkstone:recipe", texts.recipe);
  return body.empty() ? "" : std::string(kHead) + body + std::string(kTail);
}

XmpTexts parse_xmp(std::string_view packet) {
  if (packet.size() > kMaxTextBytes) return {};
  return {property(packet, "inkstone:parameters"), property(packet, "inkstone:recipe"),
          property(packet, "xmp:CreatorTool"),     property(packet, "dc:creator"),
          property(packet, "dc:rights"),           property(packet, "Iptc4xmpExt:DigitalSourceType")};
}

std::vector<std::string> keywords_in_xmp(std::string_view packet) {
  std::vector<std::string> keywords;
  if (packet.size() > kMaxTextBytes) return keywords;
  auto list = content_of(packet, "dc:subject").value_or("");
  for (auto item = content_of(list, "rdf:li"); item; item = content_of(list, "rdf:li")) {
    if (auto text = unescaped(*item); !text.empty()) keywords.push_back(std::move(text));
    list.remove_prefix(static_cast<std::size_t>(item->data() + item->size() - list.data()));
  }
  return keywords;
}

std::string xmp_with_keywords(std::string_view packet, const std::vector<std::string>& keywords, const std::string& caption) {
  auto all = keywords_in_xmp(packet);
  for (const auto& keyword : keywords)
    if (std::find(all.begin(), all.end(), keyword) == all.end()) all.push_back(keyword);
  std::string items;
  for (const auto& keyword : all) items += fmt::format("<rdf:li>{}</rdf:li>", escaped(keyword));
  auto subject = fmt::format("<dc:subject><rdf:Bag>{}</rdf:Bag></dc:subject>", items);
  if (!caption.empty() && packet.find("dc:description") == std::string_view::npos)
    subject += fmt::format("<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{}</rdf:li></rdf:Alt></dc:description>",
                           escaped(caption));
  std::string whole(packet);
  if (const auto old = whole.find("<dc:subject"); old != std::string::npos)
    if (const auto end = whole.find("</dc:subject>", old); end != std::string::npos) whole.erase(old, end + 13 - old);
  const auto close = whole.rfind("</rdf:RDF>");
  if (close == std::string::npos) return std::string(kHead) + "   " + subject + "\n" + std::string(kTail);
  // a description of its own, which XMP allows, so that nothing has to be known of the others
  return whole.insert(
      close,
      fmt::format("<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">{}</rdf:Description>", subject));
}

}  // namespace inkstone
