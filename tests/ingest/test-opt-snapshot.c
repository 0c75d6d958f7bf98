/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-snapshot.h"

static void
test_empty (void)
{
  g_autoptr (OptSnapshot) snapshot = opt_snapshot_new ();

  g_assert_null (opt_snapshot_get (snapshot, G_TYPE_BYTES));
  g_assert_null (opt_snapshot_get (NULL, G_TYPE_BYTES));
}

static void
test_facets (void)
{
  g_autoptr (OptSnapshot) none = opt_snapshot_new ();
  g_autoptr (GBytes) first = g_bytes_new_static ("1", 1);
  g_autoptr (GBytes) second = g_bytes_new_static ("2", 1);
  GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (OptSnapshot) with_bytes = opt_snapshot_new_with (none, G_TYPE_BYTES, first);
  g_autoptr (OptSnapshot) with_both = opt_snapshot_new_with (with_bytes, G_TYPE_OBJECT, object);
  g_autoptr (OptSnapshot) replaced = opt_snapshot_new_with (with_both, G_TYPE_BYTES, second);
  g_autoptr (OptSnapshot) removed = opt_snapshot_new_with (replaced, G_TYPE_BYTES, NULL);
  g_autoptr (OptSnapshot) same = opt_snapshot_ref (replaced);

  /* Making one from another leaves that as it was. */
  g_assert_null (opt_snapshot_get (none, G_TYPE_BYTES));
  g_assert_true (opt_snapshot_get (with_bytes, G_TYPE_BYTES) == first);
  g_assert_null (opt_snapshot_get (with_bytes, G_TYPE_OBJECT));
  g_assert_true (opt_snapshot_get (with_both, G_TYPE_BYTES) == first);
  g_assert_true (opt_snapshot_get (with_both, G_TYPE_OBJECT) == object);
  g_assert_true (opt_snapshot_get (replaced, G_TYPE_BYTES) == second);
  g_assert_true (opt_snapshot_get (replaced, G_TYPE_OBJECT) == object);
  g_assert_null (opt_snapshot_get (removed, G_TYPE_BYTES));
  g_assert_true (opt_snapshot_get (removed, G_TYPE_OBJECT) == object);
  g_assert_true (same == replaced);

  g_clear_pointer (&with_both, opt_snapshot_unref);
  g_clear_pointer (&replaced, opt_snapshot_unref);
  g_clear_pointer (&removed, opt_snapshot_unref);
  g_assert_true (opt_snapshot_get (same, G_TYPE_OBJECT) == object);
  g_clear_pointer (&same, opt_snapshot_unref);
  g_assert_finalize_object (object);
}

static gpointer
read_many (gpointer data)
{
  OptSnapshot *snapshot = data;

  for (guint i = 0; i < 10000; i++)
    {
      g_autoptr (OptSnapshot) mine = opt_snapshot_ref (snapshot);

      g_assert_cmpuint (g_bytes_get_size (opt_snapshot_get (mine, G_TYPE_BYTES)), ==, 3);
    }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (OptSnapshot) none = opt_snapshot_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abc", 3);
  g_autoptr (OptSnapshot) snapshot = opt_snapshot_new_with (none, G_TYPE_BYTES, bytes);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reader", read_many, snapshot);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/snapshot/empty", test_empty);
  g_test_add_func ("/snapshot/facets", test_facets);
  g_test_add_func ("/snapshot/threads", test_threads);
  return g_test_run ();
}
