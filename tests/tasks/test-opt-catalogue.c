/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-catalogue.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opt-catalogue-loader.h"
#include "opt-task-run.h"
#include "opt-test.h"

#define MANIFEST "[Task]\nExec=true\n"
#define SCRIPT   "#!/bin/sh\nexit 0\n"

typedef struct
{
  OptTestFolder *root;  /* (owned) */
  char          *first; /* (owned): a folder of tasks */
  char          *second;
} Fixture;

static void
fixture_set_up (Fixture      *fixture,
                gconstpointer data)
{
  fixture->root = opt_test_folder_new ();
  fixture->first = g_build_filename (fixture->root, "first", NULL);
  fixture->second = g_build_filename (fixture->root, "second", NULL);
  g_assert_cmpint (mkdir (fixture->first, 0700), ==, 0);
  g_assert_cmpint (mkdir (fixture->second, 0755), ==, 0);
}

static void
fixture_tear_down (Fixture      *fixture,
                   gconstpointer data)
{
  g_free (fixture->first);
  g_free (fixture->second);
  opt_test_folder_free (fixture->root);
}

static OptCatalogue *
load (Fixture    *fixture,
      GHashTable *interpreters)
{
  const char *folders[] = { fixture->first, "/nowhere/at/all", fixture->second, NULL };

  return opt_catalogue_load (folders, interpreters, NULL);
}

static char *
list_ids (OptCatalogue *catalogue)
{
  GPtrArray *tasks = opt_catalogue_get_tasks (catalogue);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < tasks->len; i++)
    {
      OptTask *task = g_ptr_array_index (tasks, i);

      g_string_append_printf (text, "%s%s%s", i > 0 ? " " : "", opt_task_get_id (task),
                              opt_task_get_problems (task)->len > 0 ? "!" : "");
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
assert_ids (OptCatalogue *catalogue,
            const char   *expected)
{
  g_autofree char *ids = list_ids (catalogue);

  g_assert_cmpstr (ids, ==, expected);
}

static void
assert_problem (OptCatalogue *catalogue,
                const char   *id,
                const char   *part)
{
  OptTask              *task = opt_catalogue_find (catalogue, id);
  const OptTaskProblem *problem;

  g_assert_nonnull (task);
  g_assert_cmpuint (opt_task_get_problems (task)->len, >, 0);
  problem = g_ptr_array_index (opt_task_get_problems (task), 0);
  g_test_message ("%s: %s", problem->file, problem->message);
  g_assert_nonnull (strstr (problem->message, part));
}

static char *
build_argv (OptCatalogue *catalogue,
            const char   *id)
{
  g_autoptr (GHashTable) none = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = NULL;

  argv = opt_task_build_argv (opt_catalogue_find (catalogue, id), none, "/usr/bin:/bin", &error);
  g_assert_no_error (error);
  return g_strjoinv (" ", argv);
}

static void
test_suffixes (Fixture      *fixture,
               gconstpointer data)
{
  g_autoptr (GHashTable) interpreters = g_hash_table_new (g_str_hash, g_str_equal);
  const char *node[] = { "/bin/echo", "--node", NULL };
  g_autoptr (OptCatalogue) catalogue = NULL;
  g_autofree char *run = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *script = NULL;
  g_autofree char *page = NULL;
  g_autofree char *expected = NULL;

  g_hash_table_insert (interpreters, (gpointer) "js", node);
  opt_test_put_file (fixture->first, "run.sh", SCRIPT, 0755);
  opt_test_put_file (fixture->first, "plain.SH", SCRIPT, 0644);
  opt_test_put_file (fixture->first, "snake.py", "print(1)\n", 0644);
  opt_test_put_file (fixture->first, "page.js", "x\n", 0755);
  opt_test_put_file (fixture->first, "program", "\177ELF", 0700);
  opt_test_put_file (fixture->first, "odd.{x}", "\177ELF", 0700);
  opt_test_put_file (fixture->first, "legacy.flow", "x\n", 0644);
  opt_test_put_file (fixture->first, "sheet.csv", "x\n", 0644);
  opt_test_put_file (fixture->first, "notes.txt", "x\n", 0644);
  opt_test_put_file (fixture->first, ".hidden.sh", SCRIPT, 0755);
  opt_test_put_file (fixture->first, "old.sh~", SCRIPT, 0755);
  opt_test_put_file (fixture->first, "my report.sh", SCRIPT, 0755);
  opt_test_put_file (fixture->first, "gr\xfc\xdf.sh", SCRIPT, 0755);

  catalogue = load (fixture, interpreters);
  g_assert_cmpuint (opt_catalogue_get_problems (catalogue)->len, ==, 0);
  assert_ids (catalogue, "gr\357\277\275\357\277\275! legacy! my report! odd page "
                         "plain program run "
                         "sheet! snake");
  run = build_argv (catalogue, "run");
  expected = g_strdup_printf ("%s/run.sh", fixture->first);
  g_assert_cmpstr (run, ==, expected);
  plain = build_argv (catalogue, "plain");
  g_assert_true (g_str_has_prefix (plain, "/bin/sh "));
  script = build_argv (catalogue, "snake");
  g_assert_nonnull (strstr (script, "/python3 "));
  page = build_argv (catalogue, "page");
  g_assert_true (g_str_has_prefix (page, "/bin/echo --node "));
  assert_problem (catalogue, "legacy", "not available in this version");
  assert_problem (catalogue, "sheet", "not available in this version");
  assert_problem (catalogue, "my report", "rename");
}

static void
test_stems (Fixture      *fixture,
            gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->first, "folder.sh", NULL);
  g_autoptr (OptCatalogue) catalogue = NULL;

  opt_test_put_file (fixture->first, "hidden.task", MANIFEST, 0644);
  opt_test_put_file (fixture->first, "hidden.sh", SCRIPT, 0755);
  opt_test_put_file (fixture->first, "Hidden.py", "x\n", 0644);
  opt_test_put_file (fixture->first, "both.sh", SCRIPT, 0755);
  opt_test_put_file (fixture->first, "BOTH.py", "x\n", 0644);
  opt_test_put_file (fixture->first, "two.task", MANIFEST, 0644);
  opt_test_put_file (fixture->first, "TWO.task", MANIFEST, 0644);
  opt_test_put_file (fixture->first, "alone.sh", SCRIPT, 0755);
  opt_test_put_file (fixture->first, "alone.txt", "x\n", 0644);
  g_assert_cmpint (mkdir (folder, 0700), ==, 0);
  /* A broken task still hides: what runs must not change with a typing error. */
  opt_test_put_file (fixture->second, "BOTH.task", MANIFEST, 0644);
  opt_test_put_file (fixture->second, "Hidden.task", "broken", 0644);
  opt_test_put_file (fixture->second, "more.task", MANIFEST, 0644);

  catalogue = load (fixture, NULL);
  assert_ids (catalogue, "alone BOTH! both! hidden more TWO! two!");
  assert_problem (catalogue, "both", "would be the same task");
  assert_problem (catalogue, "two", "would be the same task");
}

static void
test_find (Fixture      *fixture,
           gconstpointer data)
{
  g_autoptr (OptCatalogue) catalogue = NULL;
  g_autoptr (OptCatalogue) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other = NULL;

  opt_test_put_file (fixture->first, "Report.task", MANIFEST, 0644);
  catalogue = load (fixture, NULL);
  again = opt_catalogue_ref (catalogue);
  g_assert_nonnull (opt_catalogue_find (again, "rEPORT"));
  g_assert_null (opt_catalogue_find (catalogue, "Report.task"));
  g_assert_nonnull (opt_catalogue_lookup (catalogue, "report", &error));
  g_assert_no_error (error);
  g_assert_null (opt_catalogue_lookup (catalogue, "reprot", &error));
  g_assert_error (error, OPT_TASK_ERROR, OPT_TASK_ERROR_UNKNOWN_TASK);
  g_assert_cmpstr (error->message, ==, "there is no task reprot; did you mean Report?");
  g_assert_null (opt_catalogue_lookup (catalogue, "\xff\x01", &other));
  g_assert_error (other, OPT_TASK_ERROR, OPT_TASK_ERROR_UNKNOWN_TASK);
  g_assert_true (g_utf8_validate (other->message, -1, NULL));
}

static void
test_equal (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (OptCatalogue) one = NULL;
  g_autoptr (OptCatalogue) same = NULL;
  g_autoptr (OptCatalogue) other = NULL;
  g_autoptr (OptCatalogue) fewer = NULL;
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  opt_test_put_file (fixture->first, "a.task", MANIFEST, 0644);
  one = load (fixture, NULL);
  same = load (fixture, NULL);
  opt_test_put_file (fixture->first, "a.task", "[Task]\nExec=false\n", 0644);
  other = load (fixture, NULL);
  fewer = opt_catalogue_new (none, NULL);
  g_assert_true (opt_catalogue_equal (one, same));
  g_assert_false (opt_catalogue_equal (one, other));
  g_assert_false (opt_catalogue_equal (one, fewer));
}

static void
test_unsafe (Fixture      *fixture,
             gconstpointer data)
{
  g_autofree char *fifo = g_build_filename (fixture->first, "fifo.task", NULL);
  g_autofree char *dangling = g_build_filename (fixture->first, "dangling.task", NULL);
  g_autofree char *link = g_build_filename (fixture->first, "link.sh", NULL);
  g_autofree char *bad_link = g_build_filename (fixture->first, "bad-link.task", NULL);
  g_autofree char *open_folder = g_build_filename (fixture->root, "open", NULL);
  g_autofree char *elsewhere = g_build_filename (open_folder, "target.task", NULL);
  g_autofree char *good = g_build_filename (fixture->second, "good.sh", NULL);
  g_autofree char *big = g_strnfill (64 * 1024 + 1, '#');
  g_autoptr (OptCatalogue) catalogue = NULL;

  opt_test_put_file (fixture->first, "group.sh", SCRIPT, 0775);
  opt_test_put_file (fixture->first, "world.task", MANIFEST, 0646);
  opt_test_put_file (fixture->first, "calls.task", "[Task]\n\nExec=sh group.sh\n", 0644);
  opt_test_put_file (fixture->first, "big.task", big, 0644);
  opt_test_put_file (fixture->second, "good.sh", SCRIPT, 0755);
  g_assert_cmpint (mkdir (open_folder, 0700), ==, 0);
  opt_test_put_file (open_folder, "target.task", MANIFEST, 0644);
  g_assert_cmpint (chmod (open_folder, 0777), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_assert_cmpint (symlink ("/nowhere", dangling), ==, 0);
  g_assert_cmpint (symlink (good, link), ==, 0);
  g_assert_cmpint (symlink (elsewhere, bad_link), ==, 0);

  catalogue = load (fixture, NULL);
  assert_ids (catalogue, "bad-link! big! calls! dangling! fifo! good group! link world!");
  assert_problem (catalogue, "group", "chmod go-w");
  assert_problem (catalogue, "world", "chmod go-w");
  assert_problem (catalogue, "calls", "group.sh");
  assert_problem (catalogue, "big", "64 KiB");
  assert_problem (catalogue, "fifo", "regular");
  assert_problem (catalogue, "dangling", "No such file");
  assert_problem (catalogue, "bad-link", "chmod go-w");
}

static void
test_unsafe_folder (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr (OptCatalogue) catalogue = NULL;
  const OptTaskProblem *problem;

  opt_test_put_file (fixture->first, "a.sh", SCRIPT, 0755);
  g_assert_cmpint (chmod (fixture->first, 01777), ==, 0);
  catalogue = load (fixture, NULL);
  assert_ids (catalogue, "a!");
  assert_problem (catalogue, "a", "chmod go-w");
  g_assert_cmpuint (opt_catalogue_get_problems (catalogue)->len, ==, 1);
  problem = g_ptr_array_index (opt_catalogue_get_problems (catalogue), 0);
  g_assert_cmpstr (problem->file, ==, fixture->first);
}

static void
test_foreign (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr (OptCatalogue) catalogue = NULL;
  g_autofree char *path = g_build_filename (fixture->first, "a.sh", NULL);

  if (geteuid () != 0)
    {
      g_test_skip ("only root can give files away");
      return;
    }
  opt_test_put_file (fixture->first, "a.sh", SCRIPT, 0755);
  g_assert_cmpint (chown (path, 12345, 12345), ==, 0);
  catalogue = load (fixture, NULL);
  assert_problem (catalogue, "a", "belongs to another user (12345)");
}

static void
test_no_folder (Fixture      *fixture,
                gconstpointer data)
{
  g_autofree char *file = g_build_filename (fixture->first, "a.task", NULL);
  const char      *folders[] = { file, NULL };
  g_autoptr (OptCatalogue) catalogue = NULL;
  g_autoptr (OptCatalogue) nothing = NULL;
  g_autoptr (OptCatalogue) cancelled = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  const OptTaskProblem *problem;

  opt_test_put_file (fixture->first, "a.task", MANIFEST, 0644);
  catalogue = opt_catalogue_load (folders, NULL, NULL);
  g_assert_cmpuint (opt_catalogue_get_problems (catalogue)->len, ==, 1);
  problem = g_ptr_array_index (opt_catalogue_get_problems (catalogue), 0);
  g_assert_nonnull (strstr (problem->message, "Not a directory"));
  nothing = opt_catalogue_load (folders + 1, NULL, NULL);
  g_assert_cmpuint (opt_catalogue_get_tasks (nothing)->len, ==, 0);
  folders[0] = fixture->first;
  g_cancellable_cancel (cancellable);
  cancelled = opt_catalogue_load (folders, NULL, cancellable);
  g_assert_cmpuint (opt_catalogue_get_tasks (cancelled)->len, ==, 0);
}

static void
test_many (Fixture      *fixture,
           gconstpointer data)
{
  g_autoptr (OptCatalogue) catalogue = NULL;

  for (guint i = 0; i < OPT_CATALOGUE_FILES_MAX + 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("t%04u.flow", i);
      g_autofree char *path = g_build_filename (fixture->first, name, NULL);

      g_assert_cmpint (mknod (path, S_IFREG | 0644, 0), ==, 0);
    }
  catalogue = load (fixture, NULL);
  g_assert_cmpuint (opt_catalogue_get_tasks (catalogue)->len, ==, OPT_CATALOGUE_FILES_MAX);
  g_assert_cmpuint (opt_catalogue_get_problems (catalogue)->len, ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_summary ("The catalogue lists what is in its folders and refuses what is unsafe");

#define ADD(name, func) g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/catalogue/suffixes", test_suffixes);
  ADD ("/catalogue/stems", test_stems);
  ADD ("/catalogue/find", test_find);
  ADD ("/catalogue/equal", test_equal);
  ADD ("/catalogue/unsafe", test_unsafe);
  ADD ("/catalogue/unsafe-folder", test_unsafe_folder);
  ADD ("/catalogue/foreign", test_foreign);
  ADD ("/catalogue/no-folder", test_no_folder);
  ADD ("/catalogue/many", test_many);
  return g_test_run ();
}
