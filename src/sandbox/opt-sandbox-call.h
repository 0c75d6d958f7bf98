/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-sandbox-exchange.h"
#include "opt-sandbox-world.h"

G_BEGIN_DECLS

typedef struct _OptSandboxCall OptSandboxCall;

/**
 * OptSandboxMethod:
 * @name: its name as the documentation spells it
 * @handle: what it does: answers the call, fails it, or holds it
 * @is_sent: whether the journal shows it under `/sent`
 *
 * One row of the table of methods.
 */
typedef struct
{
  const char *name;
  void (*handle) (OptSandboxCall *call);
  gboolean is_sent;
} OptSandboxMethod;

/**
 * OptSandboxCall:
 * @world: (unowned): where it happens
 * @bot: (unowned): whose call it is
 * @method: what is called; its name may be unknown, then nothing handles it
 * @params: (owned): what it is called with
 * @exchange: (owned) (nullable): where the answer goes
 * @fault: (owned) (nullable): what goes wrong
 * @out: (owned) (nullable): the answer as far as it is written
 * @delay_ms: how long the answer is held back, in milliseconds
 * @is_open: whether @out is a result that wants its closing brace
 * @is_held: whether it is answered later
 *
 * One call of a Bot API method, from the request to the answer.
 */
struct _OptSandboxCall
{
  OptSandboxWorld    *world;
  OptSandboxBot      *bot;
  OptSandboxMethod    method;
  OptSandboxParams   *params;
  OptSandboxExchange *exchange;
  OptSandboxFault    *fault;
  GString            *out;
  guint               status;
  gsize               result_length;
  guint               retry_after;
  char               *error; /* (owned) (nullable) */
  gint64              delay_ms;
  gboolean            is_open;
  gboolean            is_held;
};

OptSandboxCall *opt_sandbox_call_new (OptSandboxWorld        *world,
                                      OptSandboxBot          *bot,
                                      const OptSandboxMethod *method,
                                      OptSandboxParams       *params,
                                      OptSandboxExchange     *exchange);
void            opt_sandbox_call_run (OptSandboxCall *self);
void            opt_sandbox_call_hold (OptSandboxCall *self);
void            opt_sandbox_call_finish (OptSandboxCall *self);
void            opt_sandbox_call_abandon (OptSandboxCall *self);

GString *opt_sandbox_call_answer (OptSandboxCall *self);
void     opt_sandbox_call_answer_true (OptSandboxCall *self);
void     opt_sandbox_call_describe (OptSandboxCall *self,
                                    const char     *description);
void     opt_sandbox_call_fail (OptSandboxCall *self,
                                guint           status,
                                const char     *words);
void     opt_sandbox_call_fail_migrated (OptSandboxCall *self,
                                         gint64          chat_id);
void     opt_sandbox_call_fail_too_many (OptSandboxCall *self,
                                         guint           retry_after);

G_END_DECLS
