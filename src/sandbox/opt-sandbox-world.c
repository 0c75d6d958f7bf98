/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-world.h"

#include <string.h>

/* What the server asks of a bot token. */
#define TOKEN_BYTES_MAX  80
#define SECRET_BYTES_MIN 24
#define BOT_ID_END       (G_GINT64_CONSTANT (1) << 54)

/**
 * opt_sandbox_world_new:
 * @clock: where time comes from
 *
 * Returns: (transfer full): an empty world
 */
OptSandboxWorld *
opt_sandbox_world_new (OptClock *clock)
{
  OptSandboxWorld *self = g_new0 (OptSandboxWorld, 1);

  self->clock = opt_sandbox_clock_new (clock);
  self->bots = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                      (GDestroyNotify)opt_sandbox_bot_free);
  self->faults = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_sandbox_fault_free);
  return self;
}

void
opt_sandbox_world_free (OptSandboxWorld *self)
{
  g_hash_table_unref (self->bots);
  g_ptr_array_unref (self->faults);
  opt_sandbox_clock_free (self->clock);
  g_free (self);
}

static gboolean
is_token (const char *token)
{
  gsize       digits = strspn (token, G_CSET_DIGITS);
  const char *secret = token + digits + 1;
  gint64      id;

  if (*token == '0' || digits == 0 || digits > 17 || token[digits] != ':' ||
      strlen (token) > TOKEN_BYTES_MAX || strlen (secret) < SECRET_BYTES_MIN ||
      strspn (secret, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-") != strlen (secret))
    return FALSE;

  id = g_ascii_strtoll (token, NULL, 10);
  return id > 0 && id < BOT_ID_END;
}

/**
 * opt_sandbox_world_get_bot:
 * @self: a world
 * @token: a bot token
 *
 * Any token of the right form is a bot: it comes to exist when it is first named.
 *
 * Returns: (nullable) (transfer none): the bot, or %NULL if this is no bot token
 */
OptSandboxBot *
opt_sandbox_world_get_bot (OptSandboxWorld *self,
                           const char      *token)
{
  OptSandboxBot *bot = g_hash_table_lookup (self->bots, token);

  if (bot != NULL || !is_token (token))
    return bot;

  bot = opt_sandbox_bot_new (token, self->clock);
  g_hash_table_insert (self->bots, bot->token, bot);
  return bot;
}

/**
 * opt_sandbox_world_add_fault:
 * @self: a world
 * @fault: (transfer full): a fault
 *
 * Returns: its id
 */
guint64
opt_sandbox_world_add_fault (OptSandboxWorld *self,
                             OptSandboxFault *fault)
{
  fault->id = ++self->last_fault_id;
  g_ptr_array_add (self->faults, fault);
  return fault->id;
}

/**
 * opt_sandbox_world_remove_fault:
 * @self: a world
 * @id: a fault's id
 *
 * Returns: whether there was one
 */
gboolean
opt_sandbox_world_remove_fault (OptSandboxWorld *self,
                                guint64          id)
{
  for (guint i = 0; i < self->faults->len; i++)
    {
      OptSandboxFault *fault = g_ptr_array_index (self->faults, i);

      if (fault->id == id)
        {
          g_ptr_array_remove_index (self->faults, i);
          return TRUE;
        }
    }

  return FALSE;
}

/**
 * opt_sandbox_world_take_fault:
 * @self: a world
 * @token: a bot token
 * @method: a method
 * @chat_id: the chat it is called with, maybe empty
 *
 * Uses up one time of the oldest fault that is for this call.
 *
 * Returns: (nullable) (transfer full): a copy of it
 */
OptSandboxFault *
opt_sandbox_world_take_fault (OptSandboxWorld *self,
                              const char      *token,
                              const char      *method,
                              const char      *chat_id)
{
  for (guint i = 0; i < self->faults->len; i++)
    {
      OptSandboxFault *fault = g_ptr_array_index (self->faults, i);
      OptSandboxFault *copy;

      if (!opt_sandbox_fault_matches (fault, token, method, chat_id))
        continue;
      copy = opt_sandbox_fault_copy (fault);
      if (--fault->times == 0)
        g_ptr_array_remove_index (self->faults, i);
      return copy;
    }

  return NULL;
}
