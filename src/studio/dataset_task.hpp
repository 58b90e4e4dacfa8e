// What `inkstone dataset` does, as tasks: the functions of inkstone/datasets.hpp without the translation of errors.
#pragma once

#include "inkstone/datasets.hpp"
#include "inkstone/observer.hpp"

namespace inkstone::studio {

DatasetReport run_import(const DatasetImportRequest& request, Observer& observer);
DatasetReport run_smooth(const DatasetSmoothRequest& request, Observer& observer);
DatasetReport run_inspect(const DatasetInspectRequest& request, Observer& observer);
DatasetReport run_pack(const DatasetPackRequest& request, Observer& observer);
DatasetReport run_dedupe(const DatasetDedupeRequest& request, Observer& observer);
DatasetReport run_collect(const DatasetCollectRequest& request, Observer& observer);

}  // namespace inkstone::studio
