/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "opt-job-files.h"

#include <limits.h>
#include <string.h>

#include "opt-runner-text.h"

#define CLAIM_FIRST "optimus-claim 1"
#define EXIT_FIRST  "optimus-exit 1"
#define FIELDS_MAX  16

typedef enum {
  FIELD_UINT64,
  FIELD_INT64,
  FIELD_INT,
  FIELD_UINT,
  FIELD_REASON,
  FIELD_STEP,
  FIELD_WORD, /* for people only, not read back */
} FieldType;

typedef struct
{
  const char *key;
  FieldType   type;
  bool        required;
  size_t      offset;
  uint64_t    max;
} Field;

static const Field claim_fields[] = {
  { "pid", FIELD_INT64, true, offsetof (OptRunnerClaim, pid), INT_MAX },
  { "start", FIELD_INT64, true, offsetof (OptRunnerClaim, start), INT64_MAX },
};

static const Field exit_fields[] = {
  { "reason", FIELD_REASON, true, offsetof (OptRunnerExit, reason), 0 },
  { "code", FIELD_INT, false, offsetof (OptRunnerExit, code), 255 },
  { "signal", FIELD_INT, false, offsetof (OptRunnerExit, signal), 128 },
  { "error", FIELD_WORD, false, 0, 0 },
  { "errno", FIELD_INT, false, offsetof (OptRunnerExit, error), INT_MAX },
  { "step", FIELD_STEP, false, offsetof (OptRunnerExit, step), 0 },
  { "start", FIELD_INT64, true, offsetof (OptRunnerExit, start), INT64_MAX },
  { "end", FIELD_INT64, true, offsetof (OptRunnerExit, end), INT64_MAX },
  { "elapsed", FIELD_INT64, true, offsetof (OptRunnerExit, elapsed), INT64_MAX },
  { "log_bytes", FIELD_UINT64, true, offsetof (OptRunnerExit, log_bytes), UINT64_MAX },
  { "log_cut", FIELD_UINT64, true, offsetof (OptRunnerExit, log_cut), UINT64_MAX },
  { "log_errno", FIELD_INT, false, offsetof (OptRunnerExit, log_error), INT_MAX },
  { "left", FIELD_UINT, false, offsetof (OptRunnerExit, left), UINT_MAX },
};

static const char *const reasons[] = {
  [OPT_RUNNER_REASON_EXITED] = "exited",
  [OPT_RUNNER_REASON_SIGNALLED] = "signalled",
  [OPT_RUNNER_REASON_TIMED_OUT] = "timed-out",
  [OPT_RUNNER_REASON_STOPPED] = "stopped",
  [OPT_RUNNER_REASON_SHUTDOWN] = "shutdown",
  [OPT_RUNNER_REASON_NOT_STARTED] = "not-started",
};

static const char *const steps[] = {
  [OPT_RUNNER_STEP_NONE] = "none",
  [OPT_RUNNER_STEP_SPEC] = "spec",
  [OPT_RUNNER_STEP_DIR] = "dir",
  [OPT_RUNNER_STEP_INTERPRETER] = "interpreter",
  [OPT_RUNNER_STEP_EXEC] = "exec",
  [OPT_RUNNER_STEP_SYSTEM] = "system",
};

#define N_ELEMENTS(array) (sizeof (array) / sizeof (array)[0])

static bool
word_to_enum (const char        *word,
              const char *const *words,
              size_t             n_words,
              void              *target)
{
  for (size_t i = 0; i < n_words; i++)
    if (strcmp (word, words[i]) == 0)
      {
        int value = (int)i;

        memcpy (target, &value, sizeof value);
        return true;
      }
  return false;
}

static bool
field_store (const Field *field,
             void        *record,
             const char  *word)
{
  char    *target = (char *)record + field->offset;
  uint64_t value = 0;

  if (field->type == FIELD_WORD)
    return true;
  if (field->type == FIELD_REASON)
    return word_to_enum (word, reasons, N_ELEMENTS (reasons), target);
  if (field->type == FIELD_STEP)
    return word_to_enum (word, steps, N_ELEMENTS (steps), target);
  if (!opt_runner_text_to_uint (word, field->max, &value))
    return false;
  if (field->type == FIELD_INT || field->type == FIELD_UINT)
    *(unsigned *)target = (unsigned)value;
  else
    *(uint64_t *)target = value;
  return true;
}

static const char *
record_line (const Field *fields,
             size_t       n_fields,
             bool        *seen,
             void        *record,
             char        *line)
{
  char *value = strchr (line, '=');

  if (value == NULL)
    return "a line has no equals sign";
  *value++ = '\0';
  for (size_t i = 0; i < n_fields; i++)
    {
      if (strcmp (line, fields[i].key) != 0)
        continue;
      if (seen[i])
        return "a key is given twice";
      seen[i] = true;
      return field_store (&fields[i], record, value) ? NULL : "a value makes no sense";
    }
  /* A newer runner may say more. */
  return NULL;
}

static const char *
record_read (const char  *first,
             const Field *fields,
             size_t       n_fields,
             void        *record,
             const char  *data,
             size_t       size)
{
  char  copy[OPT_RUNNER_RECORD_MAX + 1];
  bool  seen[FIELDS_MAX] = { false };
  char *line = copy;

  if (size > OPT_RUNNER_RECORD_MAX)
    return "it is too long";
  if (size == 0 || data[size - 1] != '\n')
    return "it breaks off";
  if (memchr (data, '\0', size) != NULL)
    return "it has a NUL in it";
  memcpy (copy, data, size);
  copy[size] = '\0';
  for (size_t i = 0; *line != '\0'; i++)
    {
      char       *stop = strchr (line, '\n');
      const char *wrong = NULL;

      *stop = '\0';
      if (i == 0 && strcmp (line, first) != 0)
        return "it is not of version 1";
      if (i > 0)
        wrong = record_line (fields, n_fields, seen, record, line);
      if (wrong != NULL)
        return wrong;
      line = stop + 1;
    }
  for (size_t i = 0; i < n_fields; i++)
    if (fields[i].required && !seen[i])
      return "a key is missing";
  return NULL;
}

bool
opt_runner_claim_parse (OptRunnerClaim *claim,
                        const char     *data,
                        size_t          size,
                        const char    **problem)
{
  OptRunnerClaim read = { 0 };
  const char    *wrong = record_read (CLAIM_FIRST, claim_fields, N_ELEMENTS (claim_fields), &read,
                                      data, size);

  if (wrong == NULL)
    *claim = read;
  else if (problem != NULL)
    *problem = wrong;
  return wrong == NULL;
}

size_t
opt_runner_claim_format (const OptRunnerClaim *claim,
                         char                 *buffer)
{
  OptRunnerText text = { buffer, OPT_RUNNER_RECORD_MAX, 0 };

  opt_runner_text_add (&text, CLAIM_FIRST "\npid=%lld\nstart=%lld\n", (long long)claim->pid,
                       (long long)claim->start);
  return text.used;
}

bool
opt_runner_exit_parse (OptRunnerExit *result,
                       const char    *data,
                       size_t         size,
                       const char   **problem)
{
  OptRunnerExit read = { .code = -1 };
  const char   *wrong = record_read (EXIT_FIRST, exit_fields, N_ELEMENTS (exit_fields), &read,
                                     data, size);

  if (wrong == NULL)
    *result = read;
  else if (problem != NULL)
    *problem = wrong;
  return wrong == NULL;
}

size_t
opt_runner_exit_format (const OptRunnerExit *result,
                        char                *buffer)
{
  OptRunnerText text = { buffer, OPT_RUNNER_RECORD_MAX, 0 };

  opt_runner_text_add (&text, EXIT_FIRST "\nreason=%s\n",
                       opt_runner_reason_to_string (result->reason));
  if (result->code >= 0)
    opt_runner_text_add (&text, "code=%d\n", result->code);
  if (result->signal != 0)
    opt_runner_text_add (&text, "signal=%d\n", result->signal);
  if (result->error != 0)
    {
      const char *name = strerrorname_np (result->error);

      opt_runner_text_add (&text, "error=%s\nerrno=%d\nstep=%s\n", name != NULL ? name : "unknown",
                           result->error, opt_runner_step_to_string (result->step));
    }
  opt_runner_text_add (&text, "start=%lld\nend=%lld\nelapsed=%lld\n", (long long)result->start,
                       (long long)result->end, (long long)result->elapsed);
  opt_runner_text_add (&text, "log_bytes=%llu\nlog_cut=%llu\n",
                       (unsigned long long)result->log_bytes, (unsigned long long)result->log_cut);
  if (result->log_error != 0)
    opt_runner_text_add (&text, "log_errno=%d\n", result->log_error);
  if (result->left != 0)
    opt_runner_text_add (&text, "left=%u\n", result->left);
  return text.used;
}

const char *
opt_runner_reason_to_string (OptRunnerReason reason)
{
  return (size_t)reason < N_ELEMENTS (reasons) ? reasons[reason] : "unknown";
}

const char *
opt_runner_step_to_string (OptRunnerStep step)
{
  return (size_t)step < N_ELEMENTS (steps) ? steps[step] : "unknown";
}
