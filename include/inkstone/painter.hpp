// The painter that comes with the program: what paints words where a request names no model.
#pragma once

namespace inkstone {

// False where the program was installed or built without it; words then need a model that is named.
bool has_shipped_painter();

}  // namespace inkstone
