/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "opt-clock-system.h"
#include "opt-outbox.h"
#include "opt-test-store.h"
#include "opt-test.h"

/* What the queue alone costs: rows are added as ingest adds them, in batches, while they are sent
 * by a delivery that answers when the main context has nothing else to do. */

#define BATCH 100

typedef struct
{
  OptDeliveredFunc done;
  gpointer         user_data;
} Call;

#define BENCH_TYPE_DELIVERY (bench_delivery_get_type ())
G_DECLARE_FINAL_TYPE (BenchDelivery, bench_delivery, BENCH, DELIVERY, GObject)

struct _BenchDelivery
{
  GObject parent_instance;

  GQueue calls;
  guint  source;
  gint64 n_done;
  guint  most;
};

static gboolean
answer_cb (gpointer user_data)
{
  BenchDelivery *self = user_data;
  Call          *call = g_queue_pop_head (&self->calls);
  OptDelivered   delivered = { .outcome = OPT_DELIVERY_OK, .message_id = ++self->n_done };

  if (call == NULL)
    {
      self->source = 0;
      return G_SOURCE_REMOVE;
    }
  call->done (&delivered, call->user_data);
  g_free (call);
  return G_SOURCE_CONTINUE;
}

static void
deliver (OptDelivery     *delivery,
         const OptParcel *parcel,
         GCancellable    *cancellable,
         OptDeliveredFunc done,
         gpointer         user_data)
{
  BenchDelivery *self = BENCH_DELIVERY (delivery);
  Call          *call = g_new (Call, 1);

  call->done = done;
  call->user_data = user_data;
  g_queue_push_tail (&self->calls, call);
  self->most = MAX (self->most, self->calls.length);
  if (self->source == 0)
    self->source = g_idle_add_full (G_PRIORITY_DEFAULT, answer_cb, self, NULL);
}

static void
delivery_iface_init (OptDeliveryInterface *iface)
{
  iface->deliver = deliver;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (BenchDelivery,
                               bench_delivery,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_DELIVERY, delivery_iface_init))

static void
bench_delivery_class_init (BenchDeliveryClass *klass)
{
}

static void
bench_delivery_init (BenchDelivery *self)
{
}

typedef struct
{
  OptOutbox *outbox;
  OptStore  *store;
  gint64     next;
  gint64     rows;
  gint64     chats;
  gint64     now;
} Feed;

static gboolean
add_batch (OptTransaction *transaction,
           gpointer        data,
           GError        **error)
{
  Feed *feed = data;

  for (gint64 i = feed->next; i < MIN (feed->next + BATCH, feed->rows); i++)
    {
      g_autofree char *chat = g_strdup_printf ("%" G_GINT64_FORMAT, 1000 + i % feed->chats);
      g_autofree char *text = g_strdup_printf ("the answer to %" G_GINT64_FORMAT, i);
      OptOutboxDraft   draft = { .bot = "main", .chat = chat, .reply_to = i + 1, .text = text };

      if (!opt_outbox_add (transaction, &draft, feed->now, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static void
added_cb (gpointer      data,
          const GError *error)
{
  Feed *feed = data;

  g_assert_no_error (error);
  opt_outbox_poke (feed->outbox);
  feed->next += BATCH;
  if (feed->next < feed->rows)
    opt_store_write (feed->store, add_batch, added_cb, feed, NULL);
}

static double
get_cpu (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static long
get_resident (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  opt_outbox_start_finish (OPT_OUTBOX (source), result, &error);
  g_assert_no_error (error);
}

int
main (int   argc,
      char *argv[])
{
  const OptMigration *const migrations[] = { opt_outbox_migrations, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (OptClock) clock = opt_clock_system_new ();
  g_autoptr (BenchDelivery) delivery = g_object_new (BENCH_TYPE_DELIVERY, NULL);
  g_autoptr (OptStore) store = NULL;
  g_autoptr (OptOutbox) outbox = NULL;
  g_autoptr (OptTestFolder) folder = opt_test_folder_new ();
  g_autofree char *path = g_build_filename (folder, "bench.db", NULL);
  Feed             feed = { .rows = argc > 1 ? atoi (argv[1]) : 20000,
                            .chats = argc > 2 ? atoi (argv[2]) : 1000 };
  gint64           began;
  double           cpu, wall;

  store = opt_test_store_open (path, migrations, &error);
  g_assert_no_error (error);
  outbox = opt_outbox_new (store, clock, OPT_DELIVERY (delivery));
  opt_outbox_set_pacing (outbox, FALSE);
  opt_outbox_start_async (outbox, NULL, started_cb, NULL);
  feed.outbox = outbox;
  feed.store = store;
  feed.now = opt_clock_get_wall (clock);

  began = opt_clock_get_boot (clock);
  cpu = get_cpu ();
  opt_store_write (store, add_batch, added_cb, &feed, NULL);
  while (delivery->n_done < feed.rows || !opt_outbox_is_idle (outbox))
    g_main_context_iteration (NULL, TRUE);
  wall = (double)(opt_clock_get_boot (clock) - began) / 1e6;
  cpu = get_cpu () - cpu;

  g_print ("%" G_GINT64_FORMAT " rows, %" G_GINT64_FORMAT " chats: %.3f s wall, %.3f s CPU; "
           "%.0f rows/s, %.0f rows per CPU second, %u in flight at most, %ld kB resident\n",
           feed.rows, feed.chats, wall, cpu, (double)feed.rows / wall, (double)feed.rows / cpu,
           delivery->most, get_resident ());
  opt_test_store_close (store);
  return 0;
}
