/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-call.h"

#include <string.h>

#include "opt-sandbox-answer.h"
#include "opt-sandbox-json.h"
#include "opt-sandbox-waiter.h"

#define RESULT_PREFIX "{\"ok\":true,\"result\":"

/**
 * opt_sandbox_call_new:
 * @world: where it happens
 * @bot: whose call it is
 * @method: what is called
 * @params: (transfer full): what it is called with
 * @exchange: (transfer full): where the answer goes
 *
 * Returns: (transfer full): a call, for opt_sandbox_call_run()
 */
OptSandboxCall *
opt_sandbox_call_new (OptSandboxWorld        *world,
                      OptSandboxBot          *bot,
                      const OptSandboxMethod *method,
                      OptSandboxParams       *params,
                      OptSandboxExchange     *exchange)
{
  OptSandboxCall *self = g_new0 (OptSandboxCall, 1);

  self->world = world;
  self->bot = bot;
  self->method = *method;
  self->params = params;
  self->exchange = exchange;
  return self;
}

static void
call_free (OptSandboxCall *self)
{
  g_clear_pointer (&self->params, opt_sandbox_params_free);
  g_clear_pointer (&self->fault, opt_sandbox_fault_free);
  if (self->out != NULL)
    g_string_free (self->out, TRUE);
  g_free (self->error);
  g_free (self);
}

/* Writes the call down; the journal takes the parameters, whose bytes it keeps as they came. */
static void
record (OptSandboxCall *self,
        GBytes         *response,
        guint           status)
{
  OptSandboxRecord entry = {
    .is_sent = self->method.is_sent,
    .wall = opt_sandbox_clock_get_wall (self->world->clock),
    .method = self->method.name,
    .params = g_steal_pointer (&self->params),
    .status = status,
    .response = response != NULL ? g_bytes_ref (response) : NULL,
    .result_offset = strlen (RESULT_PREFIX),
    .result_length = self->result_length,
    .error = g_steal_pointer (&self->error),
  };

  opt_sandbox_journal_add (self->bot->journal, &entry);
  opt_sandbox_waiter_wake (self->bot);
}

static void
answer_with_body (OptSandboxCall *self)
{
  const OptSandboxFault *fault = self->fault;

  self->out = g_string_new (fault->body);
  self->status = fault->status != 0 ? fault->status : 200;
  self->retry_after = (guint)fault->retry_after;
  if (fault->description != NULL || self->status >= 400)
    self->error = g_strdup (fault->description != NULL ? fault->description : "canned answer");
}

static void
answer_with_error (OptSandboxCall *self)
{
  const OptSandboxFault *fault = self->fault;
  guint                  status = fault->status;

  if (status == 0)
    status = fault->retry_after != 0 ? 429 : 400;
  if (fault->retry_after != 0 && fault->description == NULL)
    {
      opt_sandbox_call_fail_too_many (self, (guint)fault->retry_after);
      self->status = status;
      return;
    }

  self->retry_after = (guint)fault->retry_after;
  self->status = status;
  self->error = g_strdup (fault->description != NULL ? fault->description
                                                     : opt_sandbox_answer_get_phrase (status));
  self->out = opt_sandbox_answer_render_error (status, self->error, self->retry_after, 0);
}

/**
 * opt_sandbox_call_run:
 * @self: (transfer full): a call
 *
 * Handles the call, or lets happen what a fault says, and answers unless it is held.
 */
void
opt_sandbox_call_run (OptSandboxCall *self)
{
  if (G_UNLIKELY (self->world->faults->len > 0))
    self->fault = opt_sandbox_world_take_fault (self->world, self->bot->token, self->method.name,
                                                opt_sandbox_params_get (self->params, "chat_id"));

  if (self->fault != NULL && self->fault->drop == OPT_SANDBOX_DROP_BEFORE)
    self->error = g_strdup ("the connection was dropped before the call was handled");
  else if (self->fault != NULL && self->fault->body != NULL)
    answer_with_body (self);
  else if (self->fault != NULL && opt_sandbox_fault_is_canned (self->fault))
    answer_with_error (self);
  else if (self->bot->is_revoked)
    opt_sandbox_call_fail (self, 401, NULL);
  else if (self->method.handle == NULL)
    opt_sandbox_call_fail (self, 404, "method not found");
  else
    self->method.handle (self);

  if (!self->is_held)
    opt_sandbox_call_finish (self);
}

/**
 * opt_sandbox_call_hold:
 * @self: a call
 *
 * Keeps the call open. Whoever holds it finishes or abandons it later.
 */
void
opt_sandbox_call_hold (OptSandboxCall *self)
{
  self->is_held = TRUE;
}

static GBytes *
cut_in_half (GBytes *response)
{
  return g_bytes_new_from_bytes (response, 0, g_bytes_get_size (response) / 2);
}

static void
send (OptSandboxCall *self,
      GBytes         *response)
{
  OptSandboxAnswer answer = {
    .status = self->status,
    .content_type = self->fault != NULL ? self->fault->content_type : NULL,
    .retry_after = self->retry_after,
  };

  gboolean is_drop = self->fault != NULL && self->fault->drop != OPT_SANDBOX_DROP_NEVER;

  if (self->fault != NULL)
    self->delay_ms += self->fault->delay_ms;

  if (self->delay_ms > 0)
    opt_sandbox_answer_send_later (g_steal_pointer (&self->exchange), &answer, response,
                                   self->world->clock, self->delay_ms, is_drop);
  else if (is_drop)
    opt_sandbox_answer_drop (g_steal_pointer (&self->exchange));
  else
    opt_sandbox_answer_send (g_steal_pointer (&self->exchange), &answer, response);
}

/**
 * opt_sandbox_call_finish:
 * @self: (transfer full): a call that was answered, failed or dropped
 *
 * Writes the call into the journal and sends the answer.
 */
void
opt_sandbox_call_finish (OptSandboxCall *self)
{
  g_autoptr (GBytes) response = NULL;
  gboolean is_dropped = self->fault != NULL && self->fault->drop != OPT_SANDBOX_DROP_NEVER;

  if (self->is_open)
    {
      if (self->result_length == 0)
        self->result_length = self->out->len - strlen (RESULT_PREFIX);
      g_string_append_c (self->out, '}');
    }
  if (self->out != NULL)
    response = g_string_free_to_bytes (g_steal_pointer (&self->out));

  record (self, response, is_dropped ? 0 : self->status);

  if (response != NULL && self->fault != NULL && self->fault->truncate)
    {
      g_autoptr (GBytes) whole = g_steal_pointer (&response);

      response = cut_in_half (whole);
    }
  send (self, response);
  call_free (self);
}

/**
 * opt_sandbox_call_abandon:
 * @self: (transfer full): a held call
 *
 * Lets go of a call without an answer or a trace, as when the client has gone.
 */
void
opt_sandbox_call_abandon (OptSandboxCall *self)
{
  opt_sandbox_answer_drop (g_steal_pointer (&self->exchange));
  call_free (self);
}

/**
 * opt_sandbox_call_answer:
 * @self: a call
 *
 * Begins a good answer.
 *
 * Returns: (transfer none): where to write the result's JSON
 */
GString *
opt_sandbox_call_answer (OptSandboxCall *self)
{
  self->status = 200;
  self->is_open = TRUE;
  self->out = g_string_sized_new (512);
  g_string_append_len (self->out, RESULT_PREFIX, strlen (RESULT_PREFIX));
  return self->out;
}

/**
 * opt_sandbox_call_answer_true:
 * @self: a call
 *
 * Answers `true`.
 */
void
opt_sandbox_call_answer_true (OptSandboxCall *self)
{
  g_string_append (opt_sandbox_call_answer (self), "true");
}

/**
 * opt_sandbox_call_describe:
 * @self: a call that has its result
 * @description: words for a person
 *
 * Adds a description to a good answer.
 */
void
opt_sandbox_call_describe (OptSandboxCall *self,
                           const char     *description)
{
  self->result_length = self->out->len - strlen (RESULT_PREFIX);
  g_string_append (self->out, ",\"description\":");
  opt_sandbox_json_add_string (self->out, description, -1);
}

/**
 * opt_sandbox_call_fail:
 * @self: a call
 * @status: the HTTP status
 * @words: (nullable): what comes behind the status' own phrase
 *
 * Answers an error.
 */
void
opt_sandbox_call_fail (OptSandboxCall *self,
                       guint           status,
                       const char     *words)
{
  const char *phrase = opt_sandbox_answer_get_phrase (status);

  self->status = status;
  g_free (self->error);
  self->error = words != NULL ? g_strdup_printf ("%s: %s", phrase, words) : g_strdup (phrase);
  self->out = opt_sandbox_answer_render_error (status, self->error, 0, 0);
}

/**
 * opt_sandbox_call_fail_migrated:
 * @self: a call
 * @chat_id: what the group became
 *
 * Answers that the group is a supergroup now.
 */
void
opt_sandbox_call_fail_migrated (OptSandboxCall *self,
                                gint64          chat_id)
{
  self->status = 400;
  self->error = g_strdup ("Bad Request: group chat was upgraded to a supergroup chat");
  self->out = opt_sandbox_answer_render_error (400, self->error, 0, chat_id);
}

/**
 * opt_sandbox_call_fail_too_many:
 * @self: a call
 * @retry_after: seconds to wait
 *
 * Answers that the bot is too fast.
 */
void
opt_sandbox_call_fail_too_many (OptSandboxCall *self,
                                guint           retry_after)
{
  self->status = 429;
  self->retry_after = retry_after;
  self->error = g_strdup_printf ("Too Many Requests: retry after %u", retry_after);
  self->out = opt_sandbox_answer_render_error (429, self->error, retry_after, 0);
}
