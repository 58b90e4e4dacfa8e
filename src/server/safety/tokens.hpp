// Who may ask for what: tokens of 256 random bits, of which the file keeps only SHA-256 digests. The file is the owner's alone
// (0600) and is read again when it changes, so that `inkstone token revoke` holds at once for a running server.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inkstone/server.hpp"

namespace inkstone::server {

enum class Scope { none, read, write, admin };  // each allows what the ones before it do

std::string_view scope_name(Scope scope);
std::optional<Scope> scope_of(std::string_view name);

struct User {
  std::string owner;  // whose jobs and pictures these are
  Scope scope = Scope::none;
  std::string token;  // id, for the audit log; empty without tokens

  // Whose things the user sees: "" is everybody's, for an admin.
  std::string sees() const { return scope == Scope::admin ? std::string() : owner; }
};

class Tokens {
 public:
  explicit Tokens(std::filesystem::path file);

  // Throws bad_argument: no name, an unknown scope; io.
  NewToken create(const TokenOrder& order);
  std::vector<TokenInfo> list();
  // By id or name. Throws not_found.
  void revoke(const std::string& id_or_name);

  bool any();  // a token that has not run out
  // nullopt: unknown, or run out. Throws io where the file cannot be read, unsupported where others may read it.
  std::optional<User> check(std::string_view secret);

 private:
  struct Entry {
    TokenInfo info;
    std::string digest;
  };
  void refresh();
  void store(const std::vector<Entry>& entries);

  std::filesystem::path file_;
  std::mutex mutex_;
  std::vector<Entry> entries_;
  std::int64_t stamp_ = -1;  // of the file that was read: time of change and size
};

std::string sha256_digest(std::string_view text);  // 64 hex digits
std::string random_word(std::size_t bytes);        // URL-safe base 64 of so many random bytes

}  // namespace inkstone::server
