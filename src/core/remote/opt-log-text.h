/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-jobs.h"

G_BEGIN_DECLS

/* What is shown as text; a longer output goes as a file, with its end as text. */
#define OPT_LOG_TEXT_MAX (256 * 1024)

/**
 * OptLogText:
 * @job: whose output it is
 * @text: it, or its end, fit to be shown; maybe empty
 * @bytes: how long the output is by now
 * @is_whole: nothing is missing in front
 *
 * The output of a job as text.
 */
typedef struct
{
  OptJob  *job;  /* (owned) */
  char    *text; /* (owned) */
  guint64  bytes;
  gboolean is_whole;
} OptLogText;

void opt_log_text_free (OptLogText *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptLogText, opt_log_text_free)

/* @ref: (nullable): a number or an id; NULL is the job that came last. */
void        opt_log_text_load_async (OptJobs            *jobs,
                                     const char         *ref,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
OptLogText *opt_log_text_load_finish (GAsyncResult *result,
                                      GError      **error);

/* Pure; both change the text in place or return a part of it. */
void        opt_log_text_drop_progress (char *text);
const char *opt_log_text_get_end (const char *text,
                                  guint       lines,
                                  gsize       utf16_units);

G_END_DECLS
