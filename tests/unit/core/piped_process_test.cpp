#include "core/piped_process.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "inkstone/error.hpp"

namespace inkstone {
namespace {

using End = PipedProcess::End;

std::string read_all(PipedProcess& process, std::size_t bytes) {
  std::string text(bytes, ' ');
  return process.read(std::as_writable_bytes(std::span(text))) ? text : "";
}

TEST(PipedProcess, ReadsWhatAProgramWrites) {
  PipedProcess process({"printf", "abcdef"}, End::reads_from_it);
  EXPECT_EQ(read_all(process, 4), "abcd");
  EXPECT_EQ(read_all(process, 4), "");  // two bytes are left
  EXPECT_EQ(process.finish(), 0);
}

TEST(PipedProcess, WritesMoreThanAPipeHolds) {
  PipedProcess process({"sh", "-c", "test $(wc -c) = 3000000"}, End::writes_to_it);
  const std::vector<std::byte> bytes(1000000);
  for (int k = 0; k < 3; ++k) EXPECT_TRUE(process.write(bytes));
  EXPECT_EQ(process.finish(), 0);
}

TEST(PipedProcess, TellsWhatWentWrong) {
  PipedProcess process({"sh", "-c", "echo so it goes >&2; exit 3"}, End::writes_to_it);
  const std::vector<std::byte> bytes(1000000);
  EXPECT_FALSE(process.write(bytes) && process.write(bytes));  // and no signal ends this program
  EXPECT_EQ(process.finish(), 3);
  EXPECT_NE(process.complaint().find("so it goes"), std::string::npos);
}

TEST(PipedProcess, SaysThatAProgramIsMissing) {
  try {
    PipedProcess process({"inkstone-no-such-program"}, End::reads_from_it);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.category(), ErrorCategory::unsupported);
  }
}

TEST(PipedProcess, EndsAProgramThatIsNoLongerWanted) {
  PipedProcess process({"sleep", "600"}, End::reads_from_it);
}  // returns at once, or the test times out

}  // namespace
}  // namespace inkstone
