/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything that is read of a job's folder and of a job's output. */

#include "config.h"

#include <string.h>

#include "opt-job-files.h"
#include "opt-runner-progress.h"

int LLVMFuzzerTestOneInput (const uint8_t *bytes,
                            size_t         size);

int
LLVMFuzzerTestOneInput (const uint8_t *bytes,
                        size_t         size)
{
  const char       *data = (const char *)bytes;
  OptRunnerSpec     spec;
  OptRunnerClaim    claim;
  OptRunnerExit     result;
  OptRunnerEvent    event;
  OptRunnerProgress progress;

  if (opt_runner_spec_parse (&spec, data, size, NULL))
    opt_runner_spec_clear (&spec);
  opt_runner_claim_parse (&claim, data, size, NULL);
  opt_runner_exit_parse (&result, data, size, NULL);
  opt_runner_events_last (&event, data, size);
  opt_runner_progress_parse (&event, data, size);
  opt_runner_progress_open (&progress, -1);
  opt_runner_progress_feed (&progress, data, size / 2);
  opt_runner_progress_feed (&progress, data + size / 2, size - size / 2);
  opt_runner_progress_close (&progress);
  return 0;
}
