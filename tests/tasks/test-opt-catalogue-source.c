/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-catalogue-source.h"

#include <stdio.h>
#include <sys/stat.h>

#include "opt-test-clock.h"
#include "opt-test.h"

#define MANIFEST "[Task]\nExec=true\n"

typedef struct
{
  OptTestFolder      *root;   /* (owned) */
  char               *folder; /* (owned) */
  OptTestClock       *clock;  /* (owned) */
  OptCatalogueSource *source; /* (owned) */
  guint               n_changes;
  guint               awaited;
} Fixture;

static void
changed_cb (OptCatalogueSource *source,
            gpointer            user_data)
{
  Fixture *fixture = user_data;

  fixture->n_changes++;
}

static void
fixture_set_up (Fixture      *fixture,
                gconstpointer data)
{
  fixture->root = opt_test_folder_new ();
  fixture->folder = g_build_filename (fixture->root, "data", "tasks", NULL);
  fixture->clock = opt_test_clock_new (0);
  fixture->source = opt_catalogue_source_new (OPT_CLOCK (fixture->clock));
  g_signal_connect (fixture->source, "changed", G_CALLBACK (changed_cb), fixture);
}

static void
fixture_tear_down (Fixture      *fixture,
                   gconstpointer data)
{
  if (fixture->source != NULL)
    g_assert_finalize_object (fixture->source);
  g_object_unref (fixture->clock);
  g_free (fixture->folder);
  opt_test_folder_free (fixture->root);
}

static void
load (Fixture *fixture)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  opt_catalogue_source_load_async (fixture->source, NULL, opt_test_take_result, &slot);
  g_assert_false (opt_catalogue_source_is_idle (fixture->source));
  result = opt_test_wait_result (&slot);
  g_assert_true (opt_catalogue_source_load_finish (fixture->source, result, &error));
  g_assert_no_error (error);
}

static void
put (Fixture    *fixture,
     const char *name,
     const char *text)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (fixture->folder, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static guint
count (Fixture *fixture)
{
  return opt_catalogue_get_tasks (opt_catalogue_source_get_catalogue (fixture->source))->len;
}

/* The monitors' events make the timer, which the test lets run out each time. */
static gboolean
has_awaited (gpointer data)
{
  Fixture *fixture = data;

  opt_test_clock_advance (fixture->clock, 10 * G_USEC_PER_SEC);
  return count (fixture) == fixture->awaited && opt_catalogue_source_is_idle (fixture->source);
}

static void
wait_for (Fixture *fixture,
          guint    n_tasks)
{
  fixture->awaited = n_tasks;
  opt_test_wait_until (has_awaited, fixture);
}

static void
set_folder (Fixture *fixture)
{
  const char *folders[] = { fixture->folder, NULL };

  opt_catalogue_source_set_folders (fixture->source, folders, NULL);
}

static void
test_empty (Fixture      *fixture,
            gconstpointer data)
{
  g_assert_true (opt_catalogue_source_is_idle (fixture->source));
  g_assert_cmpuint (count (fixture), ==, 0);
  load (fixture);
  g_assert_cmpuint (count (fixture), ==, 0);
  g_assert_cmpuint (fixture->n_changes, ==, 1);
  g_assert_true (opt_catalogue_source_is_idle (fixture->source));
}

static void
test_load (Fixture      *fixture,
           gconstpointer data)
{
  g_autoptr (OptCatalogue) before = NULL;

  put (fixture, "a.task", MANIFEST);
  set_folder (fixture);
  load (fixture);
  g_assert_cmpuint (count (fixture), ==, 1);
  g_assert_cmpuint (fixture->n_changes, ==, 1);

  /* The same again is no change. */
  before = opt_catalogue_ref (opt_catalogue_source_get_catalogue (fixture->source));
  load (fixture);
  g_assert_true (before == opt_catalogue_source_get_catalogue (fixture->source));
  g_assert_cmpuint (fixture->n_changes, ==, 1);
}

static void
test_change (Fixture      *fixture,
             gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "b.task", NULL);

  put (fixture, "a.task", MANIFEST);
  set_folder (fixture);
  load (fixture);
  put (fixture, "b.task", MANIFEST);
  wait_for (fixture, 2);
  g_assert_cmpint (remove (path), ==, 0);
  wait_for (fixture, 1);
  g_assert_cmpuint (fixture->n_changes, >=, 3);
}

/* A folder that comes later, goes, and comes again. */
static void
test_folder_comes (Fixture      *fixture,
                   gconstpointer data)
{
  g_autofree char *aside = g_build_filename (fixture->root, "aside", NULL);

  set_folder (fixture);
  load (fixture);
  g_assert_cmpuint (count (fixture), ==, 0);
  put (fixture, "a.task", MANIFEST);
  wait_for (fixture, 1);
  put (fixture, "b.task", MANIFEST);
  wait_for (fixture, 2);
  g_assert_cmpint (rename (fixture->folder, aside), ==, 0);
  wait_for (fixture, 0);
  put (fixture, "c.task", MANIFEST);
  wait_for (fixture, 1);
  put (fixture, "d.task", MANIFEST);
  wait_for (fixture, 2);
}

static void
test_set_folders (Fixture      *fixture,
                  gconstpointer data)
{
  const char *none[] = { NULL };

  put (fixture, "a.task", MANIFEST);
  set_folder (fixture);
  load (fixture);
  g_assert_cmpuint (count (fixture), ==, 1);
  opt_catalogue_source_set_folders (fixture->source, none, NULL);
  opt_catalogue_source_reload (fixture->source);
  load (fixture);
  g_assert_cmpuint (count (fixture), ==, 0);
}

static void
test_cancel (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  set_folder (fixture);
  opt_catalogue_source_load_async (fixture->source, cancellable, opt_test_take_result, &slot);
  g_cancellable_cancel (cancellable);
  result = opt_test_wait_result (&slot);
  g_assert_false (opt_catalogue_source_load_finish (fixture->source, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
is_gone (gpointer data)
{
  gpointer *source = data;

  return *source == NULL;
}

/* Disposed of while it reads: nobody is told any more. */
static void
test_dispose (Fixture      *fixture,
              gconstpointer data)
{
  gpointer source = NULL;

  set_folder (fixture);
  source = g_steal_pointer (&fixture->source);
  g_object_run_dispose (source);
  /* The reading still holds it. */
  g_object_add_weak_pointer (source, &source);
  g_object_unref (source);
  opt_test_wait_until (is_gone, &source);
  g_assert_cmpuint (fixture->n_changes, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_summary ("The catalogue follows its folders");

#define ADD(name, func) g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/catalogue-source/empty", test_empty);
  ADD ("/catalogue-source/load", test_load);
  ADD ("/catalogue-source/change", test_change);
  ADD ("/catalogue-source/folder-comes", test_folder_comes);
  ADD ("/catalogue-source/set-folders", test_set_folders);
  ADD ("/catalogue-source/cancel", test_cancel);
  ADD ("/catalogue-source/dispose", test_dispose);
  return g_test_run ();
}
