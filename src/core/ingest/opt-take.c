/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-take-private.h"

#include "opt-journal-private.h"
#include "opt-redact.h"
#include "opt-text.h"

/* Of the text that is kept of why an update could not be handled. */
#define PROBLEM_UNITS 500

typedef struct _Take Take;

/* One update on its way through the store. */
typedef struct
{
  Take      *take;
  OptUpdate *update;
  gint64     from;          /* the offset that the update before it left; 0 for the first */
  gboolean   is_suppressed; /* only noted, not handled */
  char      *problem;       /* (owned) (nullable) */
  GPtrArray *effects;       /* (owned) (nullable) (element-type OptEffect) */
} Item;

/* One batch. It belongs to the closures of its items and goes with the last one. */
struct _Take
{
  OptStore   *store; /* (owned) */
  GTask      *task;  /* (owned) */
  OptPlan    *plan;  /* (owned) */
  OptReceiver receiver;
  char       *name;     /* (owned) */
  char       *username; /* (owned) (nullable) */
  GPtrArray  *updates;  /* (owned) (element-type OptUpdate) */
  Item       *items;    /* (owned) */
  guint       left;
  gint64      offset;
  gboolean    is_broken; /* the offset could not follow item by item */
  GError     *error;     /* (owned) (nullable): of the first that could not be stored */
};

static void
item_clear (Item *item)
{
  g_clear_pointer (&item->problem, g_free);
  g_clear_pointer (&item->effects, g_ptr_array_unref);
}

static void
take_free (Take *take)
{
  for (guint i = 0; i < take->updates->len; i++)
    item_clear (&take->items[i]);
  g_free (take->items);
  g_ptr_array_unref (take->updates);
  g_object_unref (take->store);
  g_object_unref (take->task);
  opt_plan_unref (take->plan);
  g_free (take->name);
  g_free (take->username);
  g_clear_error (&take->error);
  g_free (take);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Take, take_free)

/* Nothing can be stored now: the update is to come again. */
static gboolean
is_trouble (const GError *error)
{
  return g_error_matches (error, OPT_STORE_ERROR, OPT_STORE_ERROR_FULL) ||
         g_error_matches (error, OPT_STORE_ERROR, OPT_STORE_ERROR_IO) ||
         g_error_matches (error, OPT_STORE_ERROR, OPT_STORE_ERROR_CLOSED) ||
         g_error_matches (error, OPT_STORE_ERROR, OPT_STORE_ERROR_CORRUPT) ||
         g_error_matches (error, OPT_STORE_ERROR, OPT_STORE_ERROR_NEWER);
}

static char *
describe_problem (const GError *error)
{
  const char      *words = error != NULL ? error->message : "no reason was given";
  g_autofree char *redacted = opt_redact (words);
  g_autofree char *valid = opt_text_make_valid (redacted, -1);

  return opt_text_shorten (valid, PROBLEM_UNITS);
}

static gboolean
note_problem (Item           *item,
              OptTransaction *transaction,
              GError        **error)
{
  return opt_journal_note_problem (transaction, item->take->receiver.bot_id,
                                   item->update->update_id, item->problem, error);
}

/* What was done for the update until it failed is undone; that it came is not. */
static gboolean
give_up (Item           *item,
         OptTransaction *transaction,
         const GError   *problem,
         GError        **error)
{
  g_clear_pointer (&item->effects, g_ptr_array_unref);
  item->problem = describe_problem (problem);
  return opt_transaction_run (transaction, error, "ROLLBACK TO SAVEPOINT handling", "") &&
         opt_transaction_run (transaction, error, "RELEASE SAVEPOINT handling", "") &&
         note_problem (item, transaction, error);
}

static gboolean
handle (Item           *item,
        OptTransaction *transaction,
        GError        **error)
{
  Take *take = item->take;
  g_autoptr (GError) local_error = NULL;

  if (!opt_transaction_run (transaction, error, "SAVEPOINT handling", ""))
    return FALSE;
  item->effects = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_effect_free);
  if (opt_plan_handle (take->plan, transaction, &take->receiver, item->update, item->effects,
                       &local_error))
    return opt_transaction_run (transaction, error, "RELEASE SAVEPOINT handling", "");
  if (!is_trouble (local_error))
    return give_up (item, transaction, local_error, error);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* The offset follows the order of the batch, and never passes an update that is not stored: the
 * first sets it, since ids may start anew, the others only go on from where the one before them
 * left it. */
static gboolean
move_offset (Item           *item,
             OptTransaction *transaction,
             GError        **error)
{
  gint64 bot_id = item->take->receiver.bot_id;
  gint64 offset = item->update->update_id + 1;

  if (item == item->take->items)
    return opt_journal_set_offset (transaction, bot_id, offset, error);
  return opt_journal_advance_offset (transaction, bot_id, item->from, offset, error);
}

/* On the writer thread; may run more than once. */
static gboolean
take_item (OptTransaction *transaction,
           gpointer        data,
           GError        **error)
{
  Item              *item = data;
  const OptReceiver *receiver = &item->take->receiver;
  gboolean           is_new = FALSE;

  g_clear_pointer (&item->effects, g_ptr_array_unref);
  if (!item->is_suppressed)
    g_clear_pointer (&item->problem, g_free);
  if (!opt_journal_add (transaction, receiver->bot_id, item->update->update_id, receiver->now,
                        &is_new, error))
    return FALSE;
  if (is_new && item->is_suppressed && !note_problem (item, transaction, error))
    return FALSE;
  if (is_new && !item->is_suppressed && !handle (item, transaction, error))
    return FALSE;
  return move_offset (item, transaction, error);
}

static void
return_take (Take *take)
{
  g_autoptr (Take) owned = take;

  if (owned->error != NULL)
    g_task_return_error (owned->task, g_steal_pointer (&owned->error));
  else
    g_task_return_pointer (owned->task, g_memdup2 (&owned->offset, sizeof owned->offset), g_free);
}

static gboolean
set_last_offset (OptTransaction *transaction,
                 gpointer        data,
                 GError        **error)
{
  Take *take = data;

  return opt_journal_set_offset (transaction, take->receiver.bot_id, take->offset, error);
}

static void
last_offset_done_cb (gpointer      data,
                     const GError *error)
{
  Take *take = data;

  if (error != NULL)
    take->error = g_error_copy (error);
  return_take (take);
}

static void
item_done_cb (gpointer      data,
              const GError *error)
{
  Item *item = data;
  Take *take = item->take;

  /* It was handled, and yet the commit refused it: once more, without. */
  if (error != NULL && !is_trouble (error) && !item->is_suppressed)
    {
      g_clear_pointer (&item->problem, g_free);
      item->problem = describe_problem (error);
      item->is_suppressed = TRUE;
      take->is_broken = TRUE;
      opt_store_write (take->store, take_item, item_done_cb, item, NULL);
      return;
    }
  if (error != NULL && take->error == NULL)
    take->error = g_error_copy (error);
  if (error == NULL && item->problem != NULL)
    g_warning ("update %" G_GINT64_FORMAT " of bot %s can't be handled and is passed over: %s",
               item->update->update_id, take->name, item->problem);
  if (error == NULL && item->effects != NULL)
    opt_plan_tell (take->plan, &take->receiver, item->effects);
  item_clear (item);
  if (--take->left > 0)
    return;
  if (take->is_broken && take->error == NULL)
    opt_store_write (take->store, set_last_offset, last_offset_done_cb, take, NULL);
  else
    return_take (take);
}

static Take *
take_new (OptStore          *store,
          OptPlan           *plan,
          const OptReceiver *receiver,
          GPtrArray         *updates)
{
  Take *take = g_new0 (Take, 1);

  take->store = g_object_ref (store);
  take->plan = opt_plan_ref (plan);
  take->name = g_strdup (receiver->name);
  take->username = g_strdup (receiver->username);
  take->receiver = (OptReceiver){ receiver->bot_id, take->name, take->username, receiver->now };
  take->updates = g_ptr_array_new_full (updates->len, (GDestroyNotify)opt_update_unref);
  take->items = g_new0 (Item, updates->len);
  take->left = updates->len;
  for (guint i = 0; i < updates->len; i++)
    {
      OptUpdate *update = opt_update_ref (g_ptr_array_index (updates, i));

      g_ptr_array_add (take->updates, update);
      take->items[i].take = take;
      take->items[i].update = update;
      take->items[i].from = take->offset;
      take->offset = update->update_id + 1;
    }
  return take;
}

/* @task gets the offset (a gint64 *) once all of the batch is on the disk, or the error of what is
 * not. */
void
opt_take_start (OptStore          *store,
                OptPlan           *plan,
                const OptReceiver *receiver,
                GPtrArray         *updates,
                GTask             *task)
{
  Take *take = take_new (store, plan, receiver, updates);

  take->task = g_object_ref (task);
  if (take->left == 0)
    {
      return_take (take);
      return;
    }
  for (guint i = 0; i < updates->len; i++)
    opt_store_write (store, take_item, item_done_cb, &take->items[i], NULL);
}
