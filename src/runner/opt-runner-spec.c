/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "opt-job-files.h"

#include <stdlib.h>
#include <string.h>

#include "opt-runner-text.h"

#define SPEC_FIRST "optimus-spec 1"
#define SPEC_LAST  "end"
#define GRACE_MAX  3600000ULL
#define SIZE_LIMIT (1ULL << 40)

typedef struct
{
  OptRunnerSpec spec;
  size_t        n_args;
  bool          seen[4];
} SpecReader;

typedef struct
{
  const char *key;
  size_t      offset;
  uint64_t    max;
} SpecNumber;

static const SpecNumber numbers[] = {
  { "timeout_ms=", offsetof (OptRunnerSpec, timeout_ms), INT64_MAX / 2000000 },
  { "grace_ms=", offsetof (OptRunnerSpec, grace_ms), GRACE_MAX },
  { "log_head=", offsetof (OptRunnerSpec, log_head), SIZE_LIMIT },
  { "log_tail=", offsetof (OptRunnerSpec, log_tail), SIZE_LIMIT },
};

#define N_NUMBERS (sizeof numbers / sizeof numbers[0])

/* NULL is a limit kept: the phrase says which one is not. */
static const char *
spec_problem (const OptRunnerSpec *spec)
{
  size_t total = 256;

  if (spec->argv == NULL || spec->argv[0] == NULL)
    return "there is no argument to execute";
  if (strchr (spec->argv[0], '/') == NULL)
    return "the program is not given as a path";
  if (spec->work_dir == NULL || spec->work_dir[0] != '/')
    return "the working directory is not given as an absolute path";
  for (size_t i = 0; i < N_NUMBERS; i++)
    if (*(const uint64_t *)((const char *)spec + numbers[i].offset) > numbers[i].max)
      return "a number is out of range";
  total += strlen (spec->work_dir);
  for (size_t i = 0; spec->argv[i] != NULL; i++)
    {
      if (i >= OPT_RUNNER_ARGS_MAX)
        return "there are too many arguments";
      total += strlen (spec->argv[i]) + sizeof "arg=";
      if (total > OPT_RUNNER_SPEC_MAX)
        return "the arguments are too long";
    }
  return NULL;
}

static const char *
spec_read_number (SpecReader *reader,
                  const char *record)
{
  for (size_t i = 0; i < N_NUMBERS; i++)
    {
      size_t   length = strlen (numbers[i].key);
      uint64_t value;

      if (strncmp (record, numbers[i].key, length) != 0)
        continue;
      if (reader->seen[i])
        return "a key is given twice";
      if (!opt_runner_text_to_uint (record + length, numbers[i].max, &value))
        return "a number is malformed or out of range";
      reader->seen[i] = true;
      *(uint64_t *)((char *)&reader->spec + numbers[i].offset) = value;
      return NULL;
    }
  return "a key is unknown";
}

static const char *
spec_read_record (SpecReader *reader,
                  const char *record)
{
  if (strncmp (record, "arg=", 4) == 0)
    {
      if (reader->n_args >= OPT_RUNNER_ARGS_MAX)
        return "there are too many arguments";
      reader->spec.argv[reader->n_args] = strdup (record + 4);
      return reader->spec.argv[reader->n_args++] != NULL ? NULL : "out of memory";
    }
  if (strncmp (record, "dir=", 4) == 0)
    {
      if (reader->spec.work_dir != NULL)
        return "a key is given twice";
      reader->spec.work_dir = strdup (record + 4);
      return reader->spec.work_dir != NULL ? NULL : "out of memory";
    }
  return spec_read_number (reader, record);
}

static const char *
spec_read (SpecReader *reader,
           const char *data,
           size_t      size)
{
  const char *record = data;
  const char *end = data + size;

  if (size > OPT_RUNNER_SPEC_MAX)
    return "it is too long";
  for (size_t i = 0; record < end; i++)
    {
      const char *stop = memchr (record, '\0', end - record);
      const char *wrong;

      if (stop == NULL)
        return "it breaks off in a record";
      if (i == 0 && strcmp (record, SPEC_FIRST) != 0)
        return "it is not a spec of version 1";
      if (i > 0 && strcmp (record, SPEC_LAST) == 0)
        return stop + 1 == end ? spec_problem (&reader->spec) : "something follows its end";
      wrong = i > 0 ? spec_read_record (reader, record) : NULL;
      if (wrong != NULL)
        return wrong;
      record = stop + 1;
    }
  return "it breaks off";
}

bool
opt_runner_spec_parse (OptRunnerSpec *spec,
                       const char    *data,
                       size_t         size,
                       const char   **problem)
{
  SpecReader  reader = { .spec = OPT_RUNNER_SPEC_INIT };
  const char *wrong;

  reader.spec.argv = calloc (OPT_RUNNER_ARGS_MAX + 1, sizeof (char *));
  wrong = reader.spec.argv != NULL ? spec_read (&reader, data, size) : "out of memory";
  if (wrong != NULL)
    {
      opt_runner_spec_clear (&reader.spec);
      if (problem != NULL)
        *problem = wrong;
      return false;
    }
  *spec = reader.spec;
  return true;
}

char *
opt_runner_spec_format (const OptRunnerSpec *spec,
                        size_t              *size,
                        const char         **problem)
{
  const char   *wrong = spec_problem (spec);
  char         *data = wrong == NULL ? malloc (OPT_RUNNER_SPEC_MAX) : NULL;
  OptRunnerText text = { data, OPT_RUNNER_SPEC_MAX, 0 };

  if (data == NULL)
    {
      if (problem != NULL)
        *problem = wrong != NULL ? wrong : "out of memory";
      return NULL;
    }
  opt_runner_text_add (&text, "%s", SPEC_FIRST);
  text.used++;
  for (size_t i = 0; i < N_NUMBERS; i++)
    {
      uint64_t value = *(const uint64_t *)((const char *)spec + numbers[i].offset);

      opt_runner_text_add (&text, "%s%llu", numbers[i].key, (unsigned long long)value);
      text.used++;
    }
  opt_runner_text_add (&text, "dir=%s", spec->work_dir);
  text.used++;
  for (size_t i = 0; spec->argv[i] != NULL; i++)
    {
      opt_runner_text_add (&text, "arg=%s", spec->argv[i]);
      text.used++;
    }
  opt_runner_text_add (&text, "%s", SPEC_LAST);
  text.used++;
  *size = text.used;
  return data;
}

void
opt_runner_spec_clear (OptRunnerSpec *spec)
{
  if (spec->argv != NULL)
    for (size_t i = 0; spec->argv[i] != NULL; i++)
      free (spec->argv[i]);
  free (spec->argv);
  free (spec->work_dir);
  spec->argv = NULL;
  spec->work_dir = NULL;
}
