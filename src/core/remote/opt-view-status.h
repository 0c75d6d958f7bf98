/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-jobs.h"
#include "opt-outbox.h"

G_BEGIN_DECLS

/**
 * OptViewStatus:
 * @robot: its name
 * @since: when the program started
 * @now: microseconds since 1970
 * @tasks: how many there are; -1 is not known
 * @outbox: (nullable): what is to be sent
 * @queued: jobs that wait
 * @running: jobs that run
 * @jobs: (nullable) (element-type OptJob): those that are not over
 *
 * How a robot is. Borrowed.
 */
typedef struct
{
  const char            *robot;
  gint64                 since;
  gint64                 now;
  gint64                 tasks;
  const OptOutboxCounts *outbox;
  gint64                 queued;
  gint64                 running;
  GPtrArray             *jobs;
} OptViewStatus;

char *opt_view_status_format (const OptViewStatus *self);

G_END_DECLS
