/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <time.h>

#include "opt-ingest-fixture.h"

/* How long the writer's thread works for many updates that each say something; by hand, not a test.
 */

#define N     10000
#define BATCH 100

static gboolean
read_thread_clock (OptTransaction *transaction,
                   gpointer        data,
                   GError        **error)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  *(double *)data = now.tv_sec * 1e3 + now.tv_nsec / 1e6;
  return TRUE;
}

static double
get_writer_time (OptIngestFixture *fixture)
{
  double value = 0;

  opt_test_store_write (fixture->store, read_thread_clock, &value, NULL);
  return value;
}

static void
add_many (OptIngestFixture *fixture)
{
  for (gint64 id = 1; id <= N; id++)
    opt_ingest_fixture_add (fixture, id, 1001, "/say something of a usual length, or so");
}

static void
take_all (OptIngestFixture *fixture,
          guint             batch)
{
  g_autoptr (GPtrArray) all = g_steal_pointer (&fixture->updates);

  fixture->updates = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_update_unref);
  for (guint i = 0; i < all->len; i++)
    {
      g_ptr_array_add (fixture->updates, opt_update_ref (g_ptr_array_index (all, i)));
      if (fixture->updates->len == batch)
        opt_ingest_fixture_take_good (fixture);
    }
}

static void
measure (OptIngestFixture *fixture,
         const char       *what,
         guint             batch)
{
  double before, start, end;
  gint64 wall;

  add_many (fixture);
  before = get_writer_time (fixture);
  start = clock () * 1e3 / CLOCKS_PER_SEC;
  wall = g_get_monotonic_time ();
  take_all (fixture, batch);
  wall = g_get_monotonic_time () - wall;
  end = clock () * 1e3 / CLOCKS_PER_SEC;
  printf ("%s: %d updates, %u at once: %.0f ms, writer %.0f ms, all threads %.0f ms\n", what, N,
          batch, wall / 1e3, get_writer_time (fixture) - before, end - start);
}

int
main (int   argc,
      char *argv[])
{
  const guint batches[] = { 1, BATCH, N };

  for (guint i = 0; i < G_N_ELEMENTS (batches); i++)
    {
      OptIngestFixture fixture;

      opt_ingest_fixture_set_up (&fixture, NULL);
      measure (&fixture, "new", batches[i]);
      measure (&fixture, "again", batches[i]);
      opt_ingest_fixture_tear_down (&fixture, NULL);
    }
  return 0;
}
