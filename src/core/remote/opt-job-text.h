/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-job-listener.h"

G_BEGIN_DECLS

/* How jobs are spoken of in a chat. Pure: nothing but what is given counts. */

gboolean    opt_job_text_is_held (const OptJob *job);
const char *opt_job_text_get_mark (const OptJob *job);
char       *opt_job_text_write_line (const OptJob *job,
                                     gint64        now);
char       *opt_job_text_write_end (const OptJob *job);
char       *opt_job_text_write_event (const OptJobEvent *event);

G_END_DECLS
