// The tables of the queue, made and brought up to date step by step; the number of steps taken stands in the database.
#pragma once

#include "studio/jobs/database.hpp"

namespace inkstone::studio {

// Throws unsupported for a database that a later version of the program has changed.
void migrate(Database& database);

}  // namespace inkstone::studio
