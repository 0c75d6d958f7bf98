/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-errand-private.h"

/**
 * opt_errand_new:
 * @id: the row
 * @position: where it stands in its chat
 * @bot: (nullable): interned
 * @chat: a GRefString, of which a reference is taken
 *
 * A row that waits.
 *
 * Returns: (transfer full): the new errand
 */
OptErrand *
opt_errand_new (gint64      id,
                gint64      position,
                const char *bot,
                const char *chat)
{
  OptErrand *self = g_new0 (OptErrand, 1);

  self->id = id;
  self->position = position;
  self->bot = bot;
  self->chat = g_ref_string_acquire ((char *)chat);
  self->link.data = self;
  return self;
}

/**
 * opt_errand_has_file:
 * @self: an errand that was claimed
 *
 * Returns: whether a file goes with it, which is read only when it leaves
 */
gboolean
opt_errand_has_file (const OptErrand *self)
{
  return self->path != NULL || self->has_contents;
}

/**
 * opt_errand_reset:
 * @self: an errand
 *
 * Forgets claim and answer, so that the row can be claimed again.
 */
void
opt_errand_reset (OptErrand *self)
{
  OptErrand *follower;

  while ((follower = self->followers) != NULL)
    {
      self->followers = follower->next;
      opt_errand_free (follower);
    }
  self->fate = OPT_FATE_NONE;
  g_clear_pointer (&self->elsewhere, g_free);
  self->method = NULL;
  g_clear_pointer (&self->body, g_free);
  g_clear_pointer (&self->file, g_bytes_unref);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->file_name, g_free);
  self->target = 0;
  self->has_reply = FALSE;
  self->has_text = FALSE;
  self->has_contents = FALSE;
  self->mark = OPT_MARK_SENT;
  self->change = OPT_JUDGE_DEAD;
  self->repeated = FALSE;
  self->message_id = 0;
  self->until = 0;
  self->code = 0;
  g_clear_pointer (&self->words, g_free);
  self->moved_to = 0;
}

/**
 * opt_errand_free:
 * @self: (nullable) (transfer full): an errand
 *
 * Frees it; the row stays as it is.
 */
void
opt_errand_free (OptErrand *self)
{
  if (self == NULL)
    return;
  opt_errand_reset (self);
  g_ref_string_release (self->chat);
  g_free (self->follow);
  g_free (self->view);
  g_free (self->view_args);
  opt_rendered_free (self->rendered);
  g_free (self);
}
