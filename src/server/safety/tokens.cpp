#include "server/safety/tokens.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <nlohmann/json.hpp>

#include "core/files.hpp"
#include "inkstone/error.hpp"

namespace inkstone::server {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kScopeNames = {"none", "read", "write", "admin"};

std::int64_t milliseconds_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

bool has_expired(const TokenInfo& token) {
  return token.expires != 0 && token.expires <= milliseconds_now();
}

[[noreturn]] void refuse_file(const std::filesystem::path& file, const std::string& why) {
  throw Error(ErrorCategory::io, fmt::format("the tokens in {} cannot be used: {}", file.string(), why));
}

// One process at a time changes the file.
class TokenFileLock {
 public:
  explicit TokenFileLock(const std::filesystem::path& file)
      : descriptor_(::open((file.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX) != 0) refuse_file(file, std::strerror(errno));
  }
  ~TokenFileLock() { ::close(descriptor_); }
  TokenFileLock(const TokenFileLock&) = delete;
  TokenFileLock& operator=(const TokenFileLock&) = delete;

 private:
  int descriptor_;
};

// Never readable by others, not even for a moment.
void write_private(const std::filesystem::path& file, const std::string& text) {
  const auto temporary = file.string() + ".new";
  ::unlink(temporary.c_str());
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) refuse_file(file, std::strerror(errno));
  const bool written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!written || ::rename(temporary.c_str(), file.c_str()) != 0) refuse_file(file, std::strerror(errno));
}

json token_json(const TokenInfo& token, const std::string& digest) {
  return {{"id", token.id},           {"name", token.name},       {"owner", token.owner}, {"scope", token.scope},
          {"created", token.created}, {"expires", token.expires}, {"sha256", digest}};
}

void check_order(const TokenOrder& order) {
  const auto plain = [](const std::string& text) {
    return text.size() <= 100 &&
           std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  };
  if (order.name.empty() || !plain(order.name) || !plain(order.owner))
    throw Error(ErrorCategory::bad_argument, "a token needs a name of up to 100 letters, to know it by");
  if (!scope_of(order.scope) || order.scope == "none")
    throw Error(ErrorCategory::bad_argument, fmt::format("the scope of a token is read, write or admin, not '{}'", order.scope));
}

}  // namespace

std::string_view scope_name(Scope scope) {
  return kScopeNames[static_cast<std::size_t>(scope)];
}

std::optional<Scope> scope_of(std::string_view name) {
  const auto found = std::find(kScopeNames.begin(), kScopeNames.end(), name);
  if (found == kScopeNames.end()) return std::nullopt;
  return static_cast<Scope>(found - kScopeNames.begin());
}

std::string sha256_digest(std::string_view text) {
  std::array<unsigned char, 32> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (const auto byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

std::string random_word(std::size_t bytes) {
  std::vector<unsigned char> random(bytes), text(bytes * 2 + 8);
  if (RAND_bytes(random.data(), static_cast<int>(bytes)) != 1) throw Error(ErrorCategory::io, "the system has no random numbers");
  const int size = EVP_EncodeBlock(text.data(), random.data(), static_cast<int>(bytes));
  std::string word(text.begin(), text.begin() + size);
  word.erase(std::find(word.begin(), word.end(), '='), word.end());
  std::replace(word.begin(), word.end(), '+', '-');
  std::replace(word.begin(), word.end(), '/', '_');
  return word;
}

Tokens::Tokens(std::filesystem::path file) : file_(std::move(file)) {}

NewToken Tokens::create(const TokenOrder& order) {
  check_order(order);
  std::error_code made;
  std::filesystem::create_directories(file_.parent_path(), made);
  const std::lock_guard lock(mutex_);
  const TokenFileLock file_lock(file_);
  refresh();
  const auto now = milliseconds_now();
  NewToken token{{random_word(6), order.name, order.owner.empty() ? order.name : order.owner, order.scope, now,
                  order.days > 0 ? now + std::int64_t(order.days) * 86'400'000 : 0},
                 "ink_" + random_word(32)};
  auto entries = entries_;
  entries.push_back({token.info, sha256_digest(token.secret)});
  store(entries);
  return token;
}

std::vector<TokenInfo> Tokens::list() {
  const std::lock_guard lock(mutex_);
  refresh();
  std::vector<TokenInfo> tokens;
  for (const auto& entry : entries_) tokens.push_back(entry.info);
  return tokens;
}

void Tokens::revoke(const std::string& id_or_name) {
  const std::lock_guard lock(mutex_);
  refresh();
  auto entries = entries_;
  const auto names_it = [&](const Entry& entry) { return entry.info.id == id_or_name || entry.info.name == id_or_name; };
  if (std::erase_if(entries, names_it) == 0)
    throw Error(ErrorCategory::not_found,
                fmt::format("there is no token '{}'; `inkstone token list` shows those that are", id_or_name));
  const TokenFileLock file_lock(file_);
  store(entries);
}

bool Tokens::any() {
  const std::lock_guard lock(mutex_);
  refresh();
  return std::any_of(entries_.begin(), entries_.end(), [](const Entry& entry) { return !has_expired(entry.info); });
}

// Of a digest nothing can be learnt from how long comparing takes.
std::optional<User> Tokens::check(std::string_view secret) {
  const auto digest = sha256_digest(secret);
  const std::lock_guard lock(mutex_);
  refresh();
  for (const auto& [info, known] : entries_)
    if (known == digest && !has_expired(info)) return User{info.owner, *scope_of(info.scope), info.id};
  return std::nullopt;
}

void Tokens::refresh() {
  struct stat status {};
  if (::stat(file_.c_str(), &status) != 0) {
    if (errno != ENOENT) refuse_file(file_, std::strerror(errno));
    entries_.clear();
    stamp_ = -1;
    return;
  }
  const std::int64_t stamp = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec + status.st_size;
  if (stamp == stamp_) return;
  if ((status.st_mode & 077) != 0) refuse_file(file_, fmt::format("others may read it; chmod 600 {}", file_.string()));
  std::vector<Entry> entries;
  try {
    const auto document = json::parse(read_file(file_, 1 << 24));
    for (const auto& token : document.at("tokens")) {
      TokenInfo info{token.at("id"),    token.at("name"),    token.at("owner"),
                     token.at("scope"), token.at("created"), token.at("expires")};
      if (!scope_of(info.scope)) refuse_file(file_, fmt::format("there is no scope '{}'", info.scope));
      entries.push_back({std::move(info), token.at("sha256")});
    }
  } catch (const json::exception&) {
    refuse_file(file_, "it is damaged");
  }
  entries_ = std::move(entries);
  stamp_ = stamp;
}

void Tokens::store(const std::vector<Entry>& entries) {
  auto tokens = json::array();
  for (const auto& entry : entries) tokens.push_back(token_json(entry.info, entry.digest));
  write_private(file_, json{{"tokens", std::move(tokens)}}.dump(1) + "\n");
  refresh();
}

}  // namespace inkstone::server
