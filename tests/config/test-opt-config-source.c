/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config-source.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opt-test-clock.h"
#include "opt-test.h"

typedef struct
{
  OptTestFolder   *folder; /* (owned) */
  char            *path;   /* (owned) */
  OptTestClock    *clock;  /* (owned) */
  OptConfigSource *source; /* (owned) */
  guint            changed;
} Fixture;

static void
count_changed_cb (Fixture *fixture)
{
  fixture->changed++;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  static const char *const environment[] = { "HOME=/home/me", NULL };

  fixture->folder = opt_test_folder_new ();
  fixture->path = g_build_filename (fixture->folder, "config", "optimus.conf", NULL);
  fixture->clock = opt_test_clock_new (0);
  fixture->source = opt_config_source_new (fixture->path, environment, "/samples",
                                           OPT_CLOCK (fixture->clock));
  g_signal_connect_swapped (fixture->source, "changed", G_CALLBACK (count_changed_cb), fixture);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_assert_finalize_object (fixture->source);
  g_assert_finalize_object (fixture->clock);
  g_free (fixture->path);
  opt_test_folder_free (fixture->folder);
}

static void
load (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *place = NULL;

  opt_config_source_load_async (fixture->source, NULL, opt_test_take_result, &place);
  result = opt_test_wait_result (&place);
  g_assert_true (opt_config_source_load_finish (fixture->source, result, &error));
  g_assert_no_error (error);
}

/* As an editor that writes into the file. */
static void
write_file (const char *path,
            const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error));
  g_assert_no_error (error);
}

static void
assert_file (const char *path,
             const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static guint
get_mode (const char *path)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  return status.st_mode & 07777;
}

static gboolean
is_timer_set (gpointer data)
{
  Fixture *fixture = data;

  return opt_test_clock_next_due (fixture->clock) >= 0;
}

/* Lets the watch notice and the pause pass until these are the values; one edit may be noticed in
 * two rounds, the second of which finds nothing new. */
static void
wait_for (Fixture *fixture,
          gint64   fresh_seconds,
          guint    n_problems)
{
  fixture->changed = 0;
  while (opt_config_source_get_config (fixture->source)->fresh_seconds != fresh_seconds ||
         opt_config_source_get_problems (fixture->source)->len != n_problems)
    {
      opt_test_clock_advance (fixture->clock, 100 * G_TIME_SPAN_MILLISECOND);
      g_main_context_iteration (NULL, TRUE);
    }
  g_assert_cmpuint (fixture->changed, ==, 1);
}

/* Waits for the watch to notice, passes the pause, and lets all that follows come to rest. */
static void
settle (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;

  opt_test_wait_until (is_timer_set, fixture);
  opt_test_clock_advance (fixture->clock, 100 * G_TIME_SPAN_MILLISECOND);

  /* One thing at a time: when this is done, what the timer began is too. */
  opt_config_source_change_async (fixture->source, NULL, 0, NULL, opt_test_take_result, &place);
  result = opt_test_wait_result (&place);
  g_assert_true (opt_config_source_change_finish (fixture->source, result, NULL));
}

static void
set (Fixture    *fixture,
     const char *key,
     const char *value)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *place = NULL;

  opt_config_source_set_async (fixture->source, key, value, NULL, opt_test_take_result, &place);
  result = opt_test_wait_result (&place);
  g_assert_true (opt_config_source_set_finish (fixture->source, result, &error));
  g_assert_no_error (error);
}

static void
set_badly (Fixture       *fixture,
           const char    *key,
           const char    *value,
           OptConfigError code,
           const char    *part)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *place = NULL;

  opt_config_source_set_async (fixture->source, key, value, NULL, opt_test_take_result, &place);
  result = opt_test_wait_result (&place);
  g_assert_false (opt_config_source_set_finish (fixture->source, result, &error));
  g_assert_error (error, OPT_CONFIG_ERROR, (int)code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
}

static gboolean
unset (Fixture    *fixture,
       const char *key,
       GError    **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *place = NULL;

  opt_config_source_unset_async (fixture->source, key, NULL, opt_test_take_result, &place);
  result = opt_test_wait_result (&place);
  return opt_config_source_unset_finish (fixture->source, result, error);
}

static void
test_missing (Fixture      *fixture,
              gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);

  g_test_summary ("A missing file is defaults, and its folder is made for its owner alone.");

  g_assert_cmpint (opt_config_source_get_config (fixture->source)->fresh_seconds, ==, 300);
  load (fixture);
  g_assert_cmpint (opt_config_source_get_config (fixture->source)->fresh_seconds, ==, 300);
  g_assert_cmpstr (opt_config_source_get_config (fixture->source)->tasks_dirs[1], ==, "/samples");
  g_assert_cmpuint (opt_config_source_get_problems (fixture->source)->len, ==, 0);
  g_assert_cmpstr (opt_config_source_get_path (fixture->source), ==, fixture->path);
  g_assert_cmpuint (get_mode (folder), ==, 0700);
  g_assert_cmpuint (fixture->changed, ==, 0);
}

static void
test_edits (Fixture      *fixture,
            gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->folder, "config", ".swap", NULL);

  g_test_summary ("A file that appears, is written to, replaced or removed is noticed.");

  load (fixture);
  write_file (fixture->path, "remote.fresh_seconds=1\n");
  wait_for (fixture, 1, 0);

  write_file (other, "remote.fresh_seconds=2\n");
  g_assert_cmpint (g_rename (other, fixture->path), ==, 0);
  wait_for (fixture, 2, 0);

  /* Bad values count as they did; that there are problems is news. */
  write_file (other, "remote.fresh_seconds=x\ntelegram.pacing=no\n");
  g_assert_cmpint (g_rename (other, fixture->path), ==, 0);
  wait_for (fixture, 2, 1);
  g_assert_false (opt_config_source_get_config (fixture->source)->pacing);

  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  wait_for (fixture, 300, 0);
  g_assert_true (opt_config_source_get_config (fixture->source)->pacing);
}

static void
test_no_news (Fixture      *fixture,
              gconstpointer data)
{
  g_test_summary ("An edit that changes neither values nor problems is no news.");

  write_file (fixture->path, "remote.fresh_seconds=5\n");
  load (fixture);
  g_assert_cmpuint (fixture->changed, ==, 1);
  write_file (fixture->path, "# five\nremote.fresh_seconds = 5\n");
  settle (fixture);
  g_assert_cmpuint (fixture->changed, ==, 1);
}

static void
test_link (Fixture      *fixture,
           gconstpointer data)
{
  g_autofree char *target = g_build_filename (fixture->folder, "dotfiles", "conf", NULL);
  g_autofree char *folder = g_path_get_dirname (fixture->path);

  g_test_summary ("Behind a link the target is watched and written, and the link stays.");

  write_file (target, "remote.fresh_seconds=5\n");
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (symlink (target, fixture->path), ==, 0);
  load (fixture);
  write_file (target, "remote.fresh_seconds=6\n");
  wait_for (fixture, 6, 0);

  set (fixture, "remote.fresh_seconds", "7");
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_IS_SYMLINK));
  assert_file (target, "remote.fresh_seconds=7\n");
}

static void
test_set (Fixture      *fixture,
          gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("Setting changes one line, is on the disk for its owner alone, and is news.");

  load (fixture);
  set (fixture, "telegram.valid_user", " @john, 1001 ");
  assert_file (fixture->path, "[telegram]\nvalid_user=@john, 1001\n");
  g_assert_cmpuint (get_mode (fixture->path), ==, 0600);
  g_assert_true (opt_config_allows_id (opt_config_source_get_config (fixture->source), 1001));
  g_assert_cmpuint (fixture->changed, ==, 1);

  /* What others wrote meanwhile is not lost, though nobody has told us of it yet. */
  write_file (fixture->path, "# mine\r\n[telegram]\r\nvalid_user = @john\r\npacing=off\r\n");
  set (fixture, "telegram.valid_user", "1002");
  assert_file (fixture->path, "# mine\r\n[telegram]\r\nvalid_user = 1002\r\npacing=off\r\n");
  g_assert_false (opt_config_source_get_config (fixture->source)->pacing);

  set (fixture, "bot.main.receive", "poll");
  g_assert_nonnull (opt_config_find_bot (opt_config_source_get_config (fixture->source), "main"));
  g_assert_true (unset (fixture, "bot.main", &error));
  g_assert_no_error (error);
  g_assert_null (opt_config_find_bot (opt_config_source_get_config (fixture->source), "main"));
  g_assert_true (unset (fixture, "telegram.pacing", &error));
  g_assert_no_error (error);
  g_assert_true (unset (fixture, "telegram.pacing", &error));
  g_assert_no_error (error);
  assert_file (fixture->path, "# mine\r\n[telegram]\r\nvalid_user = 1002\r\n");

  g_assert_false (unset (fixture, "bot.main", &error));
  g_assert_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_UNKNOWN_KEY);
}

static void
test_set_badly (Fixture      *fixture,
                gconstpointer data)
{
  static const char text[] = "[telegram]\npacing=off\nown=1\n";
  g_autoptr (GError) error = NULL;

  g_test_summary ("What is not allowed is refused with words, and the file is not touched.");

  write_file (fixture->path, text);
  load (fixture);
  set_badly (fixture, "telegram.pacing", "perhaps", OPT_CONFIG_ERROR_BAD_VALUE, "True or False");
  set_badly (fixture, "telegram.paceing", "on", OPT_CONFIG_ERROR_UNKNOWN_KEY, "telegram.pacing?");
  set_badly (fixture, "colour", "red", OPT_CONFIG_ERROR_UNKNOWN_KEY, "colour");
  set_badly (fixture, "telegram.api_root", "http://192.0.2.1", OPT_CONFIG_ERROR_BAD_VALUE,
             "api_root_insecure");
  set_badly (fixture, "bot.main.description", "two\nlines", OPT_CONFIG_ERROR_BAD_VALUE, "one line");
  set_badly (fixture, "bot.main.description", "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc",
             OPT_CONFIG_ERROR_BAD_VALUE, "bot add");
  assert_file (fixture->path, text);
  g_assert_false (opt_config_source_get_config (fixture->source)->pacing);

  /* A key of nobody's can be taken out, though not put in. */
  g_assert_true (unset (fixture, "telegram.own", &error));
  g_assert_no_error (error);
  assert_file (fixture->path, "[telegram]\npacing=off\n");
}

static void
test_change_all (Fixture      *fixture,
                 gconstpointer data)
{
  static const OptConfigChange good[] = {
    { "telegram.api_root_insecure", "True" },
    { "telegram.api_root", "http://192.0.2.1/bot4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qc" },
    { "bot.main.receive", "poll" },
  };
  static const OptConfigChange bad[] = {
    { "telegram.pacing", "off" },
    { "telegram.proxy", "nowhere" },
  };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) other = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *places[2] = { NULL, NULL };

  g_test_summary ("Several changes are made all or none, one call after the other.");

  load (fixture);
  opt_config_source_change_async (fixture->source, good, G_N_ELEMENTS (good), NULL,
                                  opt_test_take_result, &places[0]);
  opt_config_source_change_async (fixture->source, bad, G_N_ELEMENTS (bad), NULL,
                                  opt_test_take_result, &places[1]);
  result = opt_test_wait_result (&places[0]);
  g_assert_true (opt_config_source_change_finish (fixture->source, result, &error));
  g_assert_no_error (error);
  other = opt_test_wait_result (&places[1]);
  g_assert_false (opt_config_source_change_finish (fixture->source, other, &error));
  g_assert_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_BAD_VALUE);
  assert_file (fixture->path, "[telegram]\napi_root_insecure=True\napi_root=http://192.0.2.1\n\n"
                              "[bot main]\nreceive=poll\n");
  g_assert_true (opt_config_source_get_config (fixture->source)->pacing);
}

static void
test_unreadable (Fixture      *fixture,
                 gconstpointer data)
{
  g_autofree char *huge = g_strnfill (OPT_CONFIG_FILE_BYTES_MAX + 1, '#');
  GPtrArray       *problems;

  g_test_summary ("What is no readable file is a problem, and what was good stays.");

  write_file (fixture->path, "remote.fresh_seconds=5\n");
  load (fixture);
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  wait_for (fixture, 5, 1);
  problems = opt_config_source_get_problems (fixture->source);
  g_assert_cmpuint (((OptConfigProblem *)problems->pdata[0])->line, ==, 0);
  g_assert_nonnull (strstr (((OptConfigProblem *)problems->pdata[0])->message, fixture->path));
  set_badly (fixture, "telegram.pacing", "on", OPT_CONFIG_ERROR_IO, fixture->path);

  g_assert_cmpint (g_rmdir (fixture->path), ==, 0);
  write_file (fixture->path, huge);
  set_badly (fixture, "telegram.pacing", "on", OPT_CONFIG_ERROR_IO, "1 MiB");
}

static void
test_unwritable (Fixture      *fixture,
                 gconstpointer data)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);

  g_test_summary ("Where nothing can be saved, that is said, and nothing changes.");

  /* A file where the folder should be stops root as well. */
  write_file (folder, "");
  load (fixture);
  set_badly (fixture, "telegram.pacing", "off", OPT_CONFIG_ERROR_IO, folder);
  g_assert_true (opt_config_source_get_config (fixture->source)->pacing);
}

static void
test_open_to_others (Fixture      *fixture,
                     gconstpointer data)
{
  GPtrArray *problems;

  g_test_summary ("A file that others may write to is told of, until it is saved.");

  write_file (fixture->path, "remote.fresh_seconds=5\n");
  g_assert_cmpint (g_chmod (fixture->path, 0664), ==, 0);
  load (fixture);
  problems = opt_config_source_get_problems (fixture->source);
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_nonnull (strstr (((OptConfigProblem *)problems->pdata[0])->message, "chmod 600"));
  g_assert_cmpint (opt_config_source_get_config (fixture->source)->fresh_seconds, ==, 5);

  set (fixture, "remote.fresh_seconds", "6");
  g_assert_cmpuint (opt_config_source_get_problems (fixture->source)->len, ==, 0);
  g_assert_cmpuint (get_mode (fixture->path), ==, 0600);
}

static void
test_cancelled (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *place = NULL;

  g_test_summary ("A change that is cancelled in time is not made.");

  g_cancellable_cancel (cancellable);
  opt_config_source_set_async (fixture->source, "telegram.pacing", "off", cancellable,
                               opt_test_take_result, &place);
  result = opt_test_wait_result (&place);
  g_assert_false (opt_config_source_set_finish (fixture->source, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, func) g_test_add ("/config/source/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("missing", test_missing);
  ADD ("edits", test_edits);
  ADD ("no-news", test_no_news);
  ADD ("link", test_link);
  ADD ("set", test_set);
  ADD ("set-badly", test_set_badly);
  ADD ("change-all", test_change_all);
  ADD ("unreadable", test_unreadable);
  ADD ("unwritable", test_unwritable);
  ADD ("open-to-others", test_open_to_others);
  ADD ("cancelled", test_cancelled);

  return g_test_run ();
}
