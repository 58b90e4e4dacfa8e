// Python's pickle is a program that may call anything. This machine runs the part that builds plain values, containers
// and torch's tensors, and refuses every other name before it means anything. Protocols 2 to 4;
// opcodes as in Python's pickletools.
#pragma once

#include "weights/pickle_cursor.hpp"
#include "weights/pickle_node.hpp"

namespace inkstone::pickle {

// Reads one pickle and leaves the cursor behind its STOP. Throws corrupt_file for what no pickler writes, unsupported
// for a name or an opcode that is refused ("would import os.system").
Tree unpickle(Cursor& cursor);

}  // namespace inkstone::pickle
