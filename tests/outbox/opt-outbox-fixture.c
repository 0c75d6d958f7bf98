/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-outbox-fixture.h"

#define WALL (G_GINT64_CONSTANT (1790000000) * SECOND)

static void
open_store (OptOutboxFixture *self)
{
  const OptMigration *const migrations[] = { opt_outbox_migrations, NULL };
  g_autoptr (GError) error = NULL;

  self->store = opt_test_store_open (self->path, migrations, &error);
  g_assert_no_error (error);
}

OptOutboxFixture *
opt_outbox_fixture_new (void)
{
  OptOutboxFixture *self = g_new0 (OptOutboxFixture, 1);

  self->folder = opt_test_folder_new ();
  self->path = g_build_filename (self->folder, "outbox.db", NULL);
  self->clock = opt_test_clock_new (WALL);
  self->delivery = opt_fake_delivery_new ();
  opt_fake_delivery_set_clock (self->delivery, self->clock);
  open_store (self);
  return self;
}

/* Whatever is under way finds nobody any more. */
static void
drop_outbox (OptOutboxFixture *self)
{
  OptOutbox *outbox = g_steal_pointer (&self->outbox);

  if (outbox == NULL)
    return;
  g_object_run_dispose (G_OBJECT (outbox));
  opt_fake_delivery_forget (self->delivery);
  opt_outbox_fixture_run (self);
  g_assert_finalize_object (outbox);
}

void
opt_outbox_fixture_free (OptOutboxFixture *self)
{
  opt_outbox_fixture_run (self);
  drop_outbox (self);
  opt_test_store_close (self->store);
  g_assert_finalize_object (self->store);
  g_assert_finalize_object (self->delivery);
  g_clear_object (&self->renderer);
  g_object_unref (self->clock);
  opt_test_folder_free (self->folder);
  g_free (self->path);
  g_free (self);
}

typedef struct
{
  const OptOutboxDraft *draft;
  gint64                now;
  GArray               *ids;
} Addition;

static gboolean
add (OptTransaction *transaction,
     gpointer        data,
     GError        **error)
{
  Addition *addition = data;

  g_array_set_size (addition->ids, 0);
  return opt_outbox_add (transaction, addition->draft, addition->now, addition->ids, error);
}

/* Returns: (transfer full): the ids */
GArray *
opt_outbox_fixture_try_add (OptOutboxFixture     *self,
                            const OptOutboxDraft *draft,
                            GError              **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  Addition addition = { draft, opt_clock_get_wall (OPT_CLOCK (self->clock)), ids };

  if (!opt_test_store_write (self->store, add, &addition, error))
    return NULL;
  if (self->outbox != NULL)
    opt_outbox_poke (self->outbox);
  return g_steal_pointer (&ids);
}

/* Returns: the first id */
gint64
opt_outbox_fixture_add (OptOutboxFixture     *self,
                        const OptOutboxDraft *draft)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids = opt_outbox_fixture_try_add (self, draft, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (ids->len, >, 0);
  return g_array_index (ids, gint64, 0);
}

gint64
opt_outbox_fixture_say (OptOutboxFixture *self,
                        const char       *chat,
                        const char       *text)
{
  OptOutboxDraft draft = { .bot = "main", .chat = chat, .text = text };

  return opt_outbox_fixture_add (self, &draft);
}

void
opt_outbox_fixture_start (OptOutboxFixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  g_assert_null (self->outbox);
  self->outbox = opt_outbox_new (self->store, OPT_CLOCK (self->clock),
                                 OPT_DELIVERY (self->delivery));
  opt_outbox_set_pacing (self->outbox, self->pacing);
  opt_outbox_set_renderer (self->outbox, self->renderer);
  opt_outbox_start_async (self->outbox, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_outbox_start_finish (self->outbox, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  opt_outbox_fixture_run (self);
}

/* Stops, with all that left answered. */
void
opt_outbox_fixture_stop (OptOutboxFixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;

  opt_outbox_stop_async (self->outbox, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_outbox_stop_finish (self->outbox, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  opt_outbox_fixture_run (self);
  drop_outbox (self);
}

/* Everything that was only in memory is gone, as by SIGKILL. */
void
opt_outbox_fixture_crash (OptOutboxFixture *self)
{
  drop_outbox (self);
  opt_test_store_close (self->store);
  g_clear_object (&self->store);
  open_store (self);
}

/* Until nothing more happens by itself. */
void
opt_outbox_fixture_run (OptOutboxFixture *self)
{
  opt_test_run_pending ();
  while (!opt_store_is_idle (self->store))
    {
      g_main_context_iteration (NULL, TRUE);
      opt_test_run_pending ();
    }
}

void
opt_outbox_fixture_advance (OptOutboxFixture *self,
                            gint64            microseconds)
{
  OptClock *clock = OPT_CLOCK (self->clock);
  gint64    target = opt_clock_get_boot (clock) + microseconds;

  opt_outbox_fixture_run (self);
  for (;;)
    {
      gint64 next = opt_test_clock_next_due (self->clock);

      if (next < 0 || opt_clock_get_boot (clock) + next > target)
        break;
      opt_test_clock_advance (self->clock, next);
      opt_outbox_fixture_run (self);
    }
  opt_test_clock_advance (self->clock, target - opt_clock_get_boot (clock));
  opt_outbox_fixture_run (self);
}

OptFakeCall *
opt_outbox_fixture_call (OptOutboxFixture *self,
                         guint             index)
{
  return opt_fake_delivery_get_call (self->delivery, index);
}

void
opt_outbox_fixture_answer (OptOutboxFixture  *self,
                           guint              index,
                           OptDeliveryOutcome outcome,
                           int                code,
                           const char        *description)
{
  OptDelivered delivered = { .outcome = outcome, .code = code, .description = description };

  opt_fake_delivery_answer (self->delivery, opt_outbox_fixture_call (self, index), &delivered);
  opt_outbox_fixture_run (self);
}

void
opt_outbox_fixture_answer_ok (OptOutboxFixture *self,
                              guint             index)
{
  opt_fake_delivery_answer_ok (self->delivery, opt_outbox_fixture_call (self, index));
  opt_outbox_fixture_run (self);
}

OptOutboxRow *
opt_outbox_fixture_show (OptOutboxFixture *self,
                         gint64            id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *slot = NULL;
  OptOutboxRow *row;

  opt_outbox_show_async (self->outbox, id, NULL, opt_test_take_result, &slot);
  result = opt_test_wait_result (&slot);
  row = opt_outbox_show_finish (self->outbox, result, &error);
  g_assert_no_error (error);
  return row;
}

/* How many requests left so far. */
guint
opt_outbox_fixture_count (OptOutboxFixture *self)
{
  return opt_fake_delivery_get_calls (self->delivery)->len;
}
