#include "catalogue/sha256.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

constexpr std::size_t kHashBlock = std::size_t(8) << 20;

void require(int ok) {
  if (ok != 1) throw Error(ErrorCategory::unsupported, "the OpenSSL library of this machine cannot compute SHA-256");
}

}  // namespace

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  require(EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr));
}

Sha256::~Sha256() = default;

void Sha256::update(Bytes bytes) {
  require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
}

std::string Sha256::hex() {
  std::array<unsigned char, 32> digest{};
  require(EVP_DigestFinal_ex(state_->context.get(), digest.data(), nullptr));
  std::string text;
  for (const auto byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

std::string sha256_hex(Bytes bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.hex();
}

std::string sha256_file(const std::filesystem::path& path) {
  const MappedFile file(path);
  Sha256 hash;
  for (Bytes rest = file.bytes(); !rest.empty();) {
    const auto block = rest.first(std::min(rest.size(), kHashBlock));
    hash.update(block);
    release_pages(block);
    rest = rest.subspan(block.size());
  }
  return hash.hex();
}

}  // namespace inkstone
