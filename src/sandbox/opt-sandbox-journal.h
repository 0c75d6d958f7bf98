/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-params.h"

G_BEGIN_DECLS

/* Beyond either the oldest entries go. */
#define OPT_SANDBOX_JOURNAL_CALLS_MAX 200000
#define OPT_SANDBOX_JOURNAL_BYTES_MAX (256 * 1024 * 1024)

/**
 * OptSandboxRecord:
 * @is_sent: whether `/sent` shows it
 * @wall: when it was handled, in microseconds since 1970
 * @method: the method's name, in static memory
 * @params: (transfer full): what it was called with
 * @status: the HTTP status, or 0 if the connection was cut
 * @response: (nullable): the whole answer, or %NULL if it was not handled
 * @result_offset: where in @response the result begins
 * @result_length: bytes of the result, 0 if there is none
 * @error: (transfer full) (nullable): the description if it failed
 *
 * What goes into the journal of calls.
 */
typedef struct
{
  gboolean          is_sent;
  gint64            wall;
  const char       *method;
  OptSandboxParams *params;
  guint             status;
  GBytes           *response;
  gsize             result_offset;
  gsize             result_length;
  char             *error;
} OptSandboxRecord;

typedef struct _OptSandboxJournal OptSandboxJournal;

OptSandboxJournal *opt_sandbox_journal_new (void);
void               opt_sandbox_journal_free (OptSandboxJournal *self);
void               opt_sandbox_journal_add (OptSandboxJournal      *self,
                                            const OptSandboxRecord *record);
guint64            opt_sandbox_journal_get_last (OptSandboxJournal *self,
                                                 gboolean           is_sent);
void               opt_sandbox_journal_add_to_json (OptSandboxJournal *self,
                                                    GString           *out,
                                                    gboolean           is_sent,
                                                    guint64            after);
void               opt_sandbox_journal_add_counts_to_json (OptSandboxJournal *self,
                                                           GString           *out);

G_END_DECLS
