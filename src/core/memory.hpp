// How much memory a task may still take, asked before it starts rather than found out when it fails.
#pragma once

#include <cstdint>

namespace inkstone {

// Bytes: the least of what the kernel says is available, what the control group leaves and what the limit on address space
// leaves. The largest number where nothing can be found out.
std::uint64_t available_memory();

// The most bytes this process has ever held in memory; 0 where the system does not say.
std::int64_t peak_memory();

// Bytes that this process holds in memory now; 0 where the system does not say.
std::int64_t resident_memory();

}  // namespace inkstone
