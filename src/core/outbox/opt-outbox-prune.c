/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-private.h"

/* Often enough that the file does not grow much beyond what is kept. */
#define PRUNE_FIRST (60 * OPT_SECOND)
#define PRUNE_EVERY (3600 * OPT_SECOND)
/* Dead letters wait for a person, who may be on holiday. */
#define DEAD_RETENTION (30 * 24 * 3600 * OPT_SECOND)
/* Small enough that nothing else waits long for the writer's thread. */
#define BITE 500

/**
 * Bite:
 *
 * Some rows, from the oldest on, of which those that are too old go.
 */
typedef struct
{
  OptOutbox *outbox; /* (owned) */
  gint64     now;
  gint64     sent_before;
  gint64     dead_before;
  gint64     after;
  gint64     last;
  gboolean   more;
} Bite;

static void
bite_free (gpointer data)
{
  Bite *bite = data;

  g_object_unref (bite->outbox);
  g_free (bite);
}

/* Ids grow with time, so the first row that is young ends it. */
static gboolean
find_end (OptTransaction *transaction,
          Bite           *bite,
          GError        **error)
{
  g_autoptr (OptRows) rows = NULL;
  g_autoptr (GError) local_error = NULL;
  guint n = 0;

  bite->last = bite->after;
  bite->more = FALSE;
  rows = opt_transaction_query (transaction, error,
                                "SELECT id, created FROM outbox WHERE id > $1 ORDER BY id LIMIT $2",
                                "ii", bite->after, (gint64)BITE);
  if (rows == NULL)
    return FALSE;
  while (opt_rows_next (rows, &local_error) && opt_rows_get_int (rows, 1) < bite->sent_before)
    {
      bite->last = opt_rows_get_int (rows, 0);
      n++;
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  bite->more = n == BITE;
  return TRUE;
}

static gboolean
prune (OptTransaction *transaction,
       gpointer        data,
       GError        **error)
{
  Bite *bite = data;

  return find_end (transaction, bite, error) &&
         (bite->last == bite->after ||
          opt_transaction_run (transaction, error,
                               "DELETE FROM outbox WHERE id > $1 AND id <= $2 AND"
                               "  ((state = 'sent' AND sent < $3) OR"
                               "   (state = 'dead' AND created < $4))",
                               "iiii", bite->after, bite->last, bite->sent_before,
                               bite->dead_before));
}

static Bite *
bite_new (OptOutbox *self,
          gint64     after)
{
  Bite  *bite = g_new0 (Bite, 1);
  gint64 now = opt_clock_get_wall (self->clock);

  bite->outbox = g_object_ref (self);
  bite->sent_before = now - self->retention;
  bite->dead_before = now - MAX (self->retention, DEAD_RETENTION);
  bite->after = after;
  return bite;
}

static void
pruned_cb (gpointer      data,
           const GError *error)
{
  Bite      *bite = data;
  OptOutbox *self = bite->outbox;

  if (error != NULL)
    g_info ("can't prune the outbox, later again: %s", error->message);
  else if (bite->more && self->running && !self->stopping)
    opt_store_write (self->store, prune, pruned_cb, bite_new (self, bite->last), bite_free);
}

static void
prune_cb (gpointer user_data)
{
  OptOutbox *self = user_data;

  self->prune_timer = opt_clock_call_in (self->clock, PRUNE_EVERY, prune_cb, self);
  opt_store_write (self->store, prune, pruned_cb, bite_new (self, 0), bite_free);
}

/**
 * opt_outbox_begin_pruning:
 * @self: the courier
 *
 * From now on, what was sent long ago goes.
 */
void
opt_outbox_begin_pruning (OptOutbox *self)
{
  self->prune_timer = opt_clock_call_in (self->clock, PRUNE_FIRST, prune_cb, self);
}
