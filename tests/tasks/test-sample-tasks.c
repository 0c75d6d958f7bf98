/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "opt-catalogue-loader.h"
#include "opt-task-run.h"
#include "opt-test.h"

static const char *const ids[] = {
  "always-fails",
  "countdown",
  "disk-report",
  "folder-backup",
  "web-check",
};

typedef struct
{
  OptTestFolder *root;      /* (owned) */
  OptCatalogue  *catalogue; /* (owned) */
  char          *output;    /* (owned): both streams of the last run */
} Fixture;

/* As they are installed: a checkout may well be writable by the user's group. */
static void
install (const char *folder,
         const char *name,
         int         mode)
{
  g_autofree char *from = g_build_filename (g_getenv ("OPT_SAMPLE_TASKS"), name, NULL);
  g_autofree char *to = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  struct stat info;
  gsize       length;

  g_file_get_contents (from, &text, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpint (stat (from, &info), ==, 0);
  g_assert_cmpint (info.st_mode & S_IXUSR, ==, mode & S_IXUSR);
  g_file_set_contents (to, text, length, &error);
  g_assert_no_error (error);
  g_assert_cmpint (chmod (to, mode), ==, 0);
}

static void
fixture_set_up (Fixture      *fixture,
                gconstpointer data)
{
  g_autofree char *folder = NULL;
  const char      *folders[2] = { NULL, NULL };

  fixture->root = opt_test_folder_new ();
  folders[0] = folder = g_build_filename (fixture->root, "tasks", NULL);
  g_assert_cmpint (mkdir (folder, 0755), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *manifest = g_strconcat (ids[i], ".task", NULL);
      g_autofree char *script = g_strconcat (ids[i], ".sh", NULL);

      install (folder, manifest, 0644);
      install (folder, script, 0755);
    }
  fixture->catalogue = opt_catalogue_load (folders, NULL, NULL);
}

static void
fixture_tear_down (Fixture      *fixture,
                   gconstpointer data)
{
  opt_catalogue_unref (fixture->catalogue);
  g_free (fixture->output);
  opt_test_folder_free (fixture->root);
}

static int
run (Fixture    *fixture,
     const char *id,
     const char *name,
     ...)
{
  OptTask *task = opt_catalogue_find (fixture->catalogue, id);
  g_autoptr (GHashTable) given = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) checked = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = NULL;
  va_list args;

  va_start (args, name);
  for (; name != NULL; name = va_arg (args, const char *))
    g_hash_table_insert (given, (gpointer)name, va_arg (args, char *));
  va_end (args);
  g_assert_true (opt_task_check_parameters (task, given, 0, &checked, &error));
  argv = opt_task_build_argv (task, checked, g_getenv ("PATH"), &error);
  g_assert_no_error (error);
  process = g_subprocess_newv ((const char *const *)argv,
                               G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE,
                               &error);
  g_assert_no_error (error);
  g_clear_pointer (&fixture->output, g_free);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &fixture->output, NULL, &error);
  g_assert_no_error (error);
  g_test_message ("%s", fixture->output);
  return g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
}

static void
assert_says (Fixture    *fixture,
             const char *part)
{
  g_assert_nonnull (strstr (fixture->output, part));
}

static void
test_catalogue (Fixture      *fixture,
                gconstpointer data)
{
  g_assert_cmpuint (opt_catalogue_get_tasks (fixture->catalogue)->len, ==, G_N_ELEMENTS (ids));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      OptTask *task = opt_catalogue_find (fixture->catalogue, ids[i]);
      g_autoptr (GError) error = NULL;

      opt_task_check_policy (task, "telegram", &error);
      g_assert_no_error (error);
      g_assert_nonnull (opt_task_get_description (task));
      g_assert_nonnull (opt_task_get_icon (task));
      g_assert_cmpint (opt_task_get_timeout (task), >, 0);
      for (guint j = 0; j < opt_task_get_parameters (task)->len; j++)
        {
          const OptTaskParameter *parameter = g_ptr_array_index (opt_task_get_parameters (task), j);

          g_assert_nonnull (parameter->description);
        }
    }
}

static char *
make_folder (Fixture *fixture)
{
  g_autofree char *folder = g_build_filename (fixture->root, "my -files", NULL);
  g_autofree char *inside = g_build_filename (folder, ".hidden", NULL);
  g_autofree char *file = g_build_filename (inside, "a b$(reboot)", NULL);

  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "content", -1, NULL));
  return g_steal_pointer (&folder);
}

static void
test_disk_report (Fixture      *fixture,
                  gconstpointer data)
{
  g_autofree char *folder = make_folder (fixture);
  g_autofree char *empty = g_build_filename (fixture->root, "empty", NULL);

  g_assert_cmpint (run (fixture, "disk-report", "folder", folder, "top", "3", NULL), ==, 0);
  assert_says (fixture, "KiB");
  assert_says (fixture, "/my -files/.hidden\n");
  assert_says (fixture, "/my -files/.hidden/a b$(reboot)\n");
  assert_says (fixture, "::progress 100 ");
  g_assert_cmpint (mkdir (empty, 0700), ==, 0);
  g_assert_cmpint (run (fixture, "disk-report", "folder", empty, NULL), ==, 0);
  assert_says (fixture, "nothing");
  g_assert_cmpint (run (fixture, "disk-report", "folder", "/no/where", NULL), ==, 1);
  assert_says (fixture, "/no/where");
}

/* The path of the one archive in a folder. */
static char *
find_archive (const char *folder)
{
  g_autoptr (GDir) stream = g_dir_open (folder, 0, NULL);
  char *found = NULL;

  for (const char *name = g_dir_read_name (stream); name != NULL; name = g_dir_read_name (stream))
    if (g_str_has_suffix (name, ".tar.gz"))
      {
        g_assert_null (found);
        found = g_build_filename (folder, name, NULL);
      }
  g_assert_nonnull (found);
  return found;
}

static void
test_folder_backup (Fixture      *fixture,
                    gconstpointer data)
{
  g_autofree char *folder = make_folder (fixture);
  g_autofree char *target = g_build_filename (fixture->root, "the target", NULL);
  g_autofree char *old = g_build_filename (target, "my -files-20200101-000000.tar.gz", NULL);
  g_autofree char *other = g_build_filename (target, "my -files-notes.txt", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  g_assert_cmpint (run (fixture, "folder-backup", "folder", folder, "target", target, NULL), ==, 0);
  assert_says (fixture, "3 entries");
  assert_says (fixture, "::progress 100 ");

  /* The old one goes, other files stay. */
  first = find_archive (target);
  g_assert_cmpint (rename (first, old), ==, 0);
  g_assert_true (g_file_set_contents (other, "x", -1, NULL));
  g_assert_cmpint (run (fixture, "folder-backup", "folder", folder, "target", target, "keep", "1",
                        NULL),
                   ==, 0);
  second = find_archive (target);
  g_assert_cmpstr (second, !=, old);
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));

  g_assert_cmpint (run (fixture, "folder-backup", "folder", folder, "target", folder, NULL), ==, 1);
  assert_says (fixture, "lies inside");
  g_assert_cmpint (run (fixture, "folder-backup", "folder", "/no/where", NULL), ==, 1);
  assert_says (fixture, "/no/where");
}

static void
test_learning (Fixture      *fixture,
               gconstpointer data)
{
  g_assert_cmpint (run (fixture, "always-fails", NULL, NULL), ==, 3);
  assert_says (fixture, "ERROR");
  g_assert_cmpint (run (fixture, "always-fails", "code", "9", NULL), ==, 9);
}

/* Nothing listens on port 1, and without curl it says so. */
static void
test_web_check (Fixture      *fixture,
                gconstpointer data)
{
  g_autofree char *curl = g_find_program_in_path ("curl");

  g_assert_cmpint (run (fixture, "web-check", "url", "http://127.0.0.1:1/", NULL), ==,
                   curl != NULL ? 1 : 127);
  assert_says (fixture, "curl");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_summary ("The sample tasks are sound, and do what they say");

#define ADD(name, func) g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/sample-tasks/catalogue", test_catalogue);
  ADD ("/sample-tasks/disk-report", test_disk_report);
  ADD ("/sample-tasks/folder-backup", test_folder_backup);
  ADD ("/sample-tasks/learning", test_learning);
  ADD ("/sample-tasks/web-check", test_web_check);
  return g_test_run ();
}
