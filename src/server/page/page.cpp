#include "server/page/page.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "server/http/conditional.hpp"
#include "server/page/page_files.hpp"

namespace inkstone::server {
namespace {

constexpr const char* kPolicy =
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' "
    "blob: data:; "
    "connect-src 'self' blob: data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";

constexpr std::string_view kWithoutPage =
    "<!doctype html><html lang=en><meta charset=utf-8><title>Inkstone</title><h1>Inkstone</h1><p>This server was built without "
    "its page, since npm was not there or "
    "could not reach its packages. Its API works: <a href=/v1/openapi.json>/v1/openapi.json</a>, <a "
    "href=/v1/capabilities>/v1/capabilities</a>.</p></html>\n";

std::string_view file_path(std::string_view path) {
  return path == "/" ? "/index.html" : path;
}

const PageFile* find_file(std::string_view path, std::string_view encoding) {
  const auto files = page_files();
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const PageFile& file) { return file.path == path && file.encoding == encoding; });
  return found == files.end() ? nullptr : &*found;
}

const PageFile* best_file(std::string_view path, std::string_view accepted) {
  for (const std::string_view encoding : {"br", "gzip"})
    if (accepts_encoding(accepted, encoding))
      if (const auto* file = find_file(path, encoding)) return file;
  return find_file(path, "");
}

Response page_headers(Response response) {
  response.set("Content-Security-Policy", kPolicy);
  response.set("Permissions-Policy",
               "camera=(self), xr-spatial-tracking=(self), geolocation=(), microphone=(), payment=(), usb=()");
  response.set("Cross-Origin-Opener-Policy", "same-origin");
  return response;
}

}  // namespace

std::string_view media_type_of(std::string_view path) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {{".html", "text/html; charset=utf-8"},
                                                                             {".js", "text/javascript; charset=utf-8"},
                                                                             {".mjs", "text/javascript; charset=utf-8"},
                                                                             {".css", "text/css; charset=utf-8"},
                                                                             {".json", "application/json"},
                                                                             {".svg", "image/svg+xml"},
                                                                             {".png", "image/png"},
                                                                             {".jpg", "image/jpeg"},
                                                                             {".webp", "image/webp"},
                                                                             {".avif", "image/avif"},
                                                                             {".ico", "image/x-icon"},
                                                                             {".woff2", "font/woff2"},
                                                                             {".wasm", "application/wasm"},
                                                                             {".webmanifest", "application/manifest+json"},
                                                                             {".txt", "text/plain; charset=utf-8"}};
  for (const auto& [ending, type] : kTypes)
    if (path.ends_with(ending)) return type;
  return "application/octet-stream";
}

bool has_page_file(std::string_view path) {
  return path == "/" || find_file(path, "") != nullptr;
}

Response page_response(const Request& request) {
  const auto path = file_path(request.path);
  const auto* file = best_file(path, request.header("accept-encoding"));
  if (!file) return page_headers(text_response(200, std::string(kWithoutPage), "text/html; charset=utf-8"));
  const auto tag = fmt::format("\"{}\"", file->digest);
  auto response = is_known(request, tag) ? empty_response(304)
                                         : text_response(200, std::string(file->text()), std::string(media_type_of(path)));
  response.set("ETag", tag);
  response.set("Vary", "Accept-Encoding");
  response.set("Cache-Control", path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
  if (!file->encoding.empty() && response.status == 200) response.set("Content-Encoding", std::string(file->encoding));
  return page_headers(std::move(response));
}

}  // namespace inkstone::server
