/* Inkstone for other languages: a C interface that stays as it is within a major version. Tasks are named and their requests are
   JSON, as inkstone_tasks describes them; objects are opaque; every call that can fail gives a status and one sentence. Nothing
   here throws, prints or exits.

   Text is UTF-8 and ends with a zero byte. What a call gives out through `char**` or `unsigned char**` belongs to the caller, who
   gives it back with inkstone_free. `error` may be NULL; where it is not, it is set to the sentence of a failure, else to NULL.
 */
#ifndef INKSTONE_H
#define INKSTONE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum inkstone_status {
  INKSTONE_OK = 0,
  INKSTONE_BAD_ARGUMENT = 1, /* the request is wrong: an option, a size, a NULL */
  INKSTONE_NOT_FOUND = 2,    /* a file, a model, a job does not exist */
  INKSTONE_CORRUPT_FILE = 3,
  INKSTONE_UNSUPPORTED = 4, /* well formed, but outside what this build can do */
  INKSTONE_OUT_OF_MEMORY = 5,
  INKSTONE_NO_DEVICE = 6,
  INKSTONE_IO = 7, /* disk full, database or network down */
  INKSTONE_CANCELLED = 8,
  INKSTONE_FAILED = 9 /* anything else */
} inkstone_status;

/* "0.1.0"; not to be given back. */
const char* inkstone_version(void);

void inkstone_free(void* text_or_bytes);

/* JSON: [{"name", "summary", "gives", "schema"}], schema being JSON Schema of the request. */
inkstone_status inkstone_tasks(char** json, char** error);

/* ---- Painting at once ---- */

typedef struct inkstone_studio inkstone_studio;
typedef struct inkstone_result inkstone_result;

/* Called from the thread that paints, after each step. total 0: unknown; seconds_left negative: unknown. A value other than 0
   asks to stop, and what there is by then is given. */
typedef int (*inkstone_progress)(void* context, const char* stage, int64_t step, int64_t total, double seconds_left);

/* threads 0: one per core. A studio runs one task at a time. */
inkstone_status inkstone_studio_open(int threads, inkstone_studio** studio, char** error);
void inkstone_studio_close(inkstone_studio* studio);

/* Task "paint", "stylize", "upscale", "restore", "dream", "project", "post" or "explain". Pictures and models are named by path,
   as on the command line. Blocks. progress may be NULL. The result is the caller's, until inkstone_result_free. */
inkstone_status inkstone_paint(inkstone_studio* studio, const char* task, const char* request_json, inkstone_progress progress,
                               void* context, inkstone_result** result, char** error);
size_t inkstone_result_count(const inkstone_result* result);
int inkstone_result_stopped(const inkstone_result* result);
/* Picture k as a PNG file with its recipe in it; sides in pixels where width and height are not NULL. */
inkstone_status inkstone_result_png(const inkstone_result* result, size_t k, unsigned char** bytes, size_t* size, int* width,
                                    int* height, char** error);
void inkstone_result_free(inkstone_result* result);

/* ---- Jobs: a queue that outlives the program (docs/jobs.md) ---- */

typedef struct inkstone_jobs inkstone_jobs;

/* database NULL or "": SQLite in folder; else postgresql://... work 0: only keep the queue. Any number of threads may use it. */
inkstone_status inkstone_jobs_open(const char* folder, const char* database, int threads, int work, inkstone_jobs** jobs,
                                   char** error);
/* The running job stops at its next step and goes back to the queue. */
void inkstone_jobs_close(inkstone_jobs* jobs);

/* Pictures are named by the id that this gives. */
inkstone_status inkstone_jobs_add_picture(inkstone_jobs* jobs, const unsigned char* bytes, size_t size, const char* name,
                                          char** id, char** error);
inkstone_status inkstone_jobs_submit(inkstone_jobs* jobs, const char* task, const char* request_json, char** id, char** error);
/* Blocks until the job has ended or is paused, or milliseconds have passed (0: does not block). JSON: {"id", "task", "state",
   "stopping", "stage", "step", "total", "seconds_left", "error", "error_category", "report", "pictures": [{"id", "name",
   "media_type", "width", "height", "bytes"}]}. */
inkstone_status inkstone_jobs_wait(inkstone_jobs* jobs, const char* id, int64_t milliseconds, char** job_json, char** error);
inkstone_status inkstone_jobs_cancel(inkstone_jobs* jobs, const char* id, char** error);
/* The file of a picture. */
inkstone_status inkstone_jobs_picture(inkstone_jobs* jobs, const char* id, unsigned char** bytes, size_t* size, char** error);

#ifdef __cplusplus
}
#endif

#endif
