// Which process holds a job, told so that another one on the same machine can see that it has died without waiting for its lease.
#pragma once

#include <string>

namespace inkstone::studio {

// This process: the boot of its machine, its view of processes, its number and when it started.
std::string this_process();

// True only where it is certain: mark is of this boot and this view, and no such process runs.
bool has_died(const std::string& mark);

}  // namespace inkstone::studio
