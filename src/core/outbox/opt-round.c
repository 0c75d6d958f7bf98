/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-round-private.h"

#include "opt-outbox-claim-private.h"

static void
free_errand (gpointer data)
{
  opt_errand_free (data);
}

static void
free_refill (gpointer data)
{
  opt_refill_free (data);
}

static void
free_discovery (gpointer data)
{
  opt_discovery_free (data);
}

/**
 * opt_round_new:
 * @outbox: whose round
 *
 * A round in which nothing is wanted yet.
 *
 * Returns: (transfer full): the new round
 */
OptRound *
opt_round_new (OptOutbox *outbox)
{
  OptRound *self = g_new0 (OptRound, 1);

  self->outbox = outbox;
  self->marks = g_ptr_array_new_with_free_func (free_errand);
  self->claims = g_ptr_array_new_with_free_func (free_errand);
  self->refills = g_ptr_array_new_with_free_func (free_refill);
  self->discoveries = g_ptr_array_new_with_free_func (free_discovery);
  self->found = g_ptr_array_new_with_free_func (free_errand);
  return self;
}

/**
 * opt_round_run:
 * @transaction: on the writer thread
 * @round: a round
 * @error: return location
 *
 * Writes and reads all of it; an #OptStoreFunc. Marks come first, so that a row which names an
 * earlier one finds it sent; reading comes last, so that nothing is read which was just claimed.
 *
 * Returns: FALSE with an #OptStoreError
 */
gboolean
opt_round_run (OptTransaction *transaction,
               gpointer        round,
               GError        **error)
{
  OptRound *self = round;

  for (guint i = 0; i < self->marks->len; i++)
    if (!opt_outbox_mark (transaction, g_ptr_array_index (self->marks, i), self->owners, error))
      return FALSE;
  for (guint i = 0; i < self->claims->len; i++)
    if (!opt_outbox_claim (transaction, g_ptr_array_index (self->claims, i), self->now, error))
      return FALSE;
  for (guint i = 0; i < self->refills->len; i++)
    if (!opt_refill_run (g_ptr_array_index (self->refills, i), transaction, error))
      return FALSE;
  for (guint i = 0; i < self->discoveries->len; i++)
    if (!opt_discovery_run (g_ptr_array_index (self->discoveries, i), transaction, error))
      return FALSE;
  return !self->load ||
         opt_outbox_load_new (transaction, self->after, OPT_ROUND_NEW_MAX, self->found, &self->last,
                              error);
}

/**
 * opt_round_free:
 * @self: (transfer full): a round
 *
 * Frees it and what is left in it.
 */
void
opt_round_free (OptRound *self)
{
  g_ptr_array_unref (self->marks);
  g_ptr_array_unref (self->claims);
  g_ptr_array_unref (self->refills);
  g_ptr_array_unref (self->discoveries);
  g_ptr_array_unref (self->found);
  g_clear_pointer (&self->owners, g_ptr_array_unref);
  g_free (self);
}
