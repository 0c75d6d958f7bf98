/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The parts of the runner that need no job. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "opt-runner-text.h"
#include "opt-runner-clock.h"
#include "opt-runner-progress.h"
#include "opt-runner-tape.h"
#include "opt-runner-tree.h"

typedef struct
{
  char *path; /* (owned) */
  int   folder;
} Fixture;

static void
set_up (Fixture      *self,
        gconstpointer unused)
{
  self->path = g_dir_make_tmp ("optimus-parts-XXXXXX", NULL);
  g_assert_nonnull (self->path);
  self->folder = open (self->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static guint
empty_folder (Fixture *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->path, 0, NULL);
  const char *name;
  guint       n = 0;

  for (; (name = g_dir_read_name (dir)) != NULL; n++)
    unlinkat (self->folder, name, 0);
  return n;
}

static void
tear_down (Fixture      *self,
           gconstpointer unused)
{
  empty_folder (self);
  close (self->folder);
  g_assert_cmpint (g_rmdir (self->path), ==, 0);
  g_free (self->path);
}

static gsize
read_events (Fixture        *self,
             OptRunnerEvent *last)
{
  g_autofree char *path = g_build_filename (self->path, OPT_RUNNER_FILE_EVENTS, NULL);
  g_autofree char *data = NULL;
  gsize            size;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  g_assert_true (opt_runner_events_last (last, data, size));
  return size;
}

/* Of lines that come at once the last wins; it is written when its time has come. */
static void
test_progress_rate (Fixture      *self,
                    gconstpointer unused)
{
  OptRunnerProgress progress;
  OptRunnerEvent    last;
  gsize             size;

  opt_runner_progress_open (&progress, self->folder);
  g_assert_cmpint (opt_runner_progress_deadline (&progress), ==, -1);
  opt_runner_progress_feed (&progress, "::progress 1 a\n", 15);
  g_assert_cmpint (opt_runner_progress_deadline (&progress), ==, 0);
  g_assert_true (opt_runner_progress_flush (&progress, 1000000));
  g_assert_false (opt_runner_progress_flush (&progress, 1000000));
  size = read_events (self, &last);
  opt_runner_progress_feed (&progress, "::progress 2 b\n::progress 3 c\n", 30);
  g_assert_cmpint (opt_runner_progress_deadline (&progress), ==, 1200000);
  g_assert_false (opt_runner_progress_flush (&progress, 1199999));
  g_assert_cmpuint (read_events (self, &last), ==, size);
  g_assert_true (opt_runner_progress_flush (&progress, 1200000));
  g_assert_cmpuint (read_events (self, &last), ==, 2 * size);
  g_assert_cmpint (last.percent, ==, 3);
  opt_runner_progress_feed (&progress, "::progress 4 d", 14);
  g_assert_cmpint (opt_runner_progress_deadline (&progress), ==, -1);
  opt_runner_progress_close (&progress);
  read_events (self, &last);
  g_assert_cmpint (last.percent, ==, 4);
}

static void
test_progress_bounded (Fixture      *self,
                       gconstpointer unused)
{
  OptRunnerProgress progress;
  OptRunnerEvent    last;
  gsize             size = 0;
  guint             n_restarts = 0;

  opt_runner_progress_open (&progress, self->folder);
  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *line = g_strdup_printf ("%d %0200d", i % 101, i);
      gsize            before = size;

      opt_runner_progress_take (&progress, line, strlen (line));
      g_assert_true (opt_runner_progress_flush (&progress, (gint64)(i + 1) * 1000000));
      size = read_events (self, &last);
      g_assert_cmpuint (size, <=, OPT_RUNNER_EVENTS_MAX);
      g_assert_cmpint (atoi (last.text), ==, i);
      n_restarts += size < before ? 1 : 0;
    }
  g_assert_cmpuint (n_restarts, ==, 3);
  opt_runner_progress_close (&progress);
}

/* However the bytes are cut up, the same lines are found. */
static void
test_progress_pieces (Fixture      *self,
                      gconstpointer unused)
{
  static const char output[] = "noise\n::progress 10 ten\nx ::progress 20 no\n\n::progress 30 y";

  for (gsize step = 1; step < sizeof output; step++)
    {
      OptRunnerProgress progress;
      OptRunnerEvent    last;

      opt_runner_progress_open (&progress, self->folder);
      for (gsize i = 0; i < sizeof output - 1; i += step)
        opt_runner_progress_feed (&progress, output + i, MIN (step, sizeof output - 1 - i));
      g_assert_cmpint (progress.event.percent, ==, 10);
      opt_runner_progress_close (&progress);
      read_events (self, &last);
      g_assert_cmpint (last.percent, ==, 30);
      g_assert_cmpstr (last.text, ==, "y");
    }
}

/* A folder that takes nothing: no event, no harm. */
static void
test_progress_no_folder (void)
{
  OptRunnerProgress progress;

  opt_runner_progress_open (&progress, -1);
  opt_runner_progress_feed (&progress, "::progress 1 a\n", 15);
  g_assert_false (opt_runner_progress_flush (&progress, 1));
  opt_runner_progress_close (&progress);
}

static void
test_tape_bounded (Fixture      *self,
                   gconstpointer unused)
{
  static const gsize chunks[] = { 19, 100, 4095, 4096, 4097, 50000, 300000 };
  g_autofree char   *noise = g_malloc0 (300000);

  for (gsize i = 0; i < G_N_ELEMENTS (chunks); i++)
    {
      OptRunnerTape tape;
      guint64       bytes;
      guint64       cut;
      gsize         total = 0;

      opt_runner_tape_open (&tape, self->folder, 10000, 20000);
      while (total < 200000)
        {
          opt_runner_tape_append (&tape, noise, chunks[i]);
          total += chunks[i];
          g_assert_cmpint (opt_runner_log_span (self->folder, &bytes, &cut), ==, 0);
          g_assert_cmpuint (bytes, ==, total);
          g_assert_cmpuint (bytes - cut, >=, MIN (total, 30000));
          g_assert_cmpuint (bytes - cut, <=, 40000);
        }
      g_assert_cmpuint (opt_runner_tape_close (&tape), ==, cut);
      g_assert_cmpint (tape.error, ==, 0);
      g_assert_cmpuint (empty_folder (self), <=, 4);
    }
}

static void
test_tape_tiny (Fixture      *self,
                gconstpointer unused)
{
  OptRunnerTape tape;
  guint64       bytes;
  guint64       cut;

  opt_runner_tape_open (&tape, self->folder, 0, 1);
  for (int i = 0; i < 20000; i++)
    opt_runner_tape_append (&tape, "x", 1);
  g_assert_cmpint (opt_runner_log_span (self->folder, &bytes, &cut), ==, 0);
  g_assert_cmpuint (bytes, ==, 20000);
  g_assert_cmpuint (bytes - cut, >=, 1);
  g_assert_cmpuint (opt_runner_tape_close (&tape), ==, cut);
  g_assert_cmpuint (empty_folder (self), <=, 2);
}

/* Nothing can be written: every byte is counted, and trying is not done over and over. */
static void
test_tape_no_folder (void)
{
  OptRunnerTape tape;

  opt_runner_tape_open (&tape, -1, 100, 100);
  g_assert_cmpint (tape.error, ==, EBADF);
  g_assert_cmpint (tape.retry, >, opt_runner_clock_mono ());
  opt_runner_tape_append (&tape, "abc", 3);
  g_assert_cmpuint (tape.total, ==, 3);
  g_assert_cmpuint (opt_runner_tape_close (&tape), ==, 3);
}

/* After a hole the log goes on in a piece of its own. */
static void
test_tape_hole (Fixture      *self,
                gconstpointer unused)
{
  OptRunnerTape tape;
  char          buffer[8];
  guint64       at;

  opt_runner_tape_open (&tape, self->folder, 100, 100);
  opt_runner_tape_append (&tape, "abc", 3);
  /* A descriptor that takes nothing stands in for a full disk. */
  g_assert_cmpint (dup2 (self->folder, tape.fd), ==, tape.fd);
  opt_runner_tape_append (&tape, "lost", 4);
  g_assert_cmpint (tape.error, !=, 0);
  opt_runner_tape_append (&tape, "more", 4);
  g_assert_cmpuint (tape.total, ==, 11);
  tape.retry = 1;
  opt_runner_tape_append (&tape, "back", 4);
  g_assert_cmpint (opt_runner_log_read (self->folder, 3, buffer, sizeof buffer, &at), ==, 4);
  g_assert_cmpuint (at, ==, 11);
  g_assert_cmpmem (buffer, 4, "back", 4);
  g_assert_cmpuint (opt_runner_tape_close (&tape), ==, 8);
}

static void
test_tape_holes (Fixture      *self,
                 gconstpointer unused)
{
  OptRunnerTape tape;

  opt_runner_tape_open (&tape, self->folder, 100, 100000);
  for (int i = 0; i < 100; i++)
    {
      opt_runner_tape_append (&tape, "abc", 3);
      g_assert_cmpint (dup2 (self->folder, tape.fd), ==, tape.fd);
      opt_runner_tape_append (&tape, "lost", 4);
      tape.retry = 1;
    }
  g_assert_cmpuint (opt_runner_tape_close (&tape), ==, 700 - OPT_RUNNER_TAPE_PIECES * 3);
  g_assert_cmpuint (empty_folder (self), ==, OPT_RUNNER_TAPE_PIECES);
}

static void
test_text (void)
{
  char          buffer[8] = "";
  OptRunnerText text = { buffer, sizeof buffer, 0 };
  uint64_t      value = 1;

  opt_runner_text_add (&text, "%d", 123456);
  opt_runner_text_add (&text, "%s", "abc");
  opt_runner_text_add (&text, "%s", "def");
  g_assert_cmpstr (buffer, ==, "123456a");
  g_assert_cmpuint (text.used, ==, 7);
  g_assert_true (opt_runner_text_to_uint ("18446744073709551615", UINT64_MAX, &value));
  g_assert_cmpuint (value, ==, UINT64_MAX);
  g_assert_true (opt_runner_text_to_uint ("0", 0, &value));
  g_assert_false (opt_runner_text_to_uint ("1", 0, &value));
  g_assert_false (opt_runner_text_to_uint ("18446744073709551616", UINT64_MAX, &value));
  g_assert_false (opt_runner_text_to_uint (" 1", 9, &value));
  g_assert_cmpuint (opt_runner_text_clean (buffer, 4, "aää", 5), ==, 3);
  g_assert_cmpstr (buffer, ==, "aä");
  g_assert_cmpuint (opt_runner_text_clean (buffer, 1, "abc", 3), ==, 0);
}

static void
test_clock (void)
{
  gint64 mono = opt_runner_clock_mono ();

  g_assert_cmpint (opt_runner_clock_mono (), >=, mono);
  g_assert_cmpint (opt_runner_clock_wall (), >, G_GINT64_CONSTANT (1577836800000000));
}

/* Signal 0 asks and does nothing. */
static void
test_tree (void)
{
  int   pipe_fds[2];
  char  byte;
  pid_t child;

  g_assert_cmpuint (opt_runner_tree_signal (0), ==, 0);
  g_assert_cmpint (pipe (pipe_fds), ==, 0);
  child = fork ();
  if (child == 0)
    {
      close (pipe_fds[1]);
      _exit (read (pipe_fds[0], &byte, 1) == 0 ? 0 : 1);
    }
  close (pipe_fds[0]);
  g_assert_cmpuint (opt_runner_tree_signal (0), ==, 1);
  close (pipe_fds[1]);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_cmpuint (opt_runner_tree_signal (0), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) \
  g_test_add ("/runner/parts/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("progress/rate", test_progress_rate);
  ADD ("progress/bounded", test_progress_bounded);
  ADD ("progress/pieces", test_progress_pieces);
  ADD ("tape/bounded", test_tape_bounded);
  ADD ("tape/tiny", test_tape_tiny);
  ADD ("tape/hole", test_tape_hole);
  ADD ("tape/holes", test_tape_holes);
  g_test_add_func ("/runner/parts/progress/no-folder", test_progress_no_folder);
  g_test_add_func ("/runner/parts/tape/no-folder", test_tape_no_folder);
  g_test_add_func ("/runner/parts/text", test_text);
  g_test_add_func ("/runner/parts/clock", test_clock);
  g_test_add_func ("/runner/parts/tree", test_tree);
  return g_test_run ();
}
