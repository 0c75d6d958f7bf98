/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A state folder on a disk that is full, or becomes so. */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "opt-runner-case.h"
#include "opt-test-disk.h"

/* The job fills the disk, goes on, and ends as it would have. */
static void
test_full_log (void)
{
  g_autoptr (OptTestDisk) disk = opt_test_disk_new ("size=1m");

  if (disk == NULL)
    return;
  {
    g_auto (OptRunnerCase) self;
    OptRunnerExit    result;
    guint64          bytes;
    guint64          cut;
    g_autofree char *log = NULL;
    gsize            size;

    opt_runner_case_init (&self, disk);
    opt_runner_case_set_argv (&self, "/bin/sh", "-c",
                              "echo first; head -c 8000000 /dev/zero && "
                              "echo '::progress 9 x' && exit 7",
                              NULL);
    opt_runner_case_run (&self, &result);
    g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_EXITED);
    g_assert_cmpint (result.code, ==, 7);
    g_assert_cmpint (result.log_error, ==, ENOSPC);
    g_assert_cmpuint (result.log_bytes, ==, 6 + 8000000 + 15);
    g_assert_cmpint (opt_runner_log_span (self.folder, &bytes, &cut), ==, 0);
    g_assert_cmpuint (bytes - cut, ==, result.log_bytes - result.log_cut);
    log = opt_runner_case_read_file (&self, OPT_RUNNER_FILE_LOG, &size);
    g_assert_cmpuint (size, ==, bytes - cut);
    g_assert_true (g_str_has_prefix (log, "first\n"));
  }
}

/* A draft goes when it cannot be finished. */
static void
await_deleted (int         inotify,
               const char *prefix)
{
  _Alignas(struct inotify_event) char buffer[4096];
  const struct inotify_event         *event;
  gboolean                            found = FALSE;

  while (!found)
    {
      ssize_t n = read (inotify, buffer, sizeof buffer);

      g_assert_cmpint (n, >, 0);
      for (char *p = buffer; p < buffer + n; p += sizeof *event + event->len)
        {
          event = (const struct inotify_event *)p;
          found = found || g_str_has_prefix (event->name, prefix);
        }
    }
}

/* Where there is no room for a claim nothing runs, and it can be tried again. */
static void
test_full_claim (void)
{
  g_autoptr (OptTestDisk) disk = opt_test_disk_new ("size=1m,nr_inodes=10");

  if (disk == NULL)
    return;
  {
    g_auto (OptRunnerCase) self;
    OptRunnerExit    result;
    g_autofree char *ballast = NULL;
    g_autofree char *more = NULL;
    int              inotify;
    int              status;

    opt_runner_case_init (&self, disk);
    opt_runner_case_set_puppet (&self, "polite", NULL);
    opt_runner_case_prepare (&self);
    ballast = g_build_filename (disk, "ballast", NULL);
    more = g_build_filename (disk, "more", NULL);
    g_assert_true (g_file_set_contents (ballast, "", 0, NULL));
    g_assert_true (g_file_set_contents (more, "", 0, NULL));
    self.runner = opt_runner_case_spawn (&self);
    opt_runner_case_await_hup (&self);
    status = opt_runner_case_reap (self.runner);
    g_assert_cmpint (WEXITSTATUS (status), ==, OPT_RUNNER_STATUS_NO_CLAIM);
    g_assert_cmpint (opt_runner_case_probe (&self), ==, OPT_RUNNER_STATE_UNCLAIMED);
    g_unlink (ballast);
    g_unlink (more);
    /* Now there is room for a claim, but neither for a log nor for `exit`. */
    self.runner = opt_runner_case_spawn (&self);
    g_free (opt_runner_case_await_lives (&self, 1));
    inotify = inotify_init1 (IN_CLOEXEC);
    g_assert_cmpint (inotify_add_watch (inotify, self.path, IN_DELETE), >=, 0);
    opt_runner_case_say (&self, "stop\n");
    await_deleted (inotify, "exit.");
    close (inotify);
    g_assert_cmpint (opt_runner_case_probe (&self), ==, OPT_RUNNER_STATE_RUNNING);
    /* The runner waits until there is. */
    g_assert_cmpint (mount ("tmpfs", disk, "tmpfs", MS_REMOUNT, "size=1m,nr_inodes=20"), ==, 0);
    opt_runner_case_finish (&self, &result);
    g_assert_cmpint (result.reason, ==, OPT_RUNNER_REASON_STOPPED);
    g_assert_cmpint (result.log_error, ==, ENOSPC);
  }
}

/* The job takes the last byte before it ends: `exit` has its place set aside. */
static void
test_full_exit (void)
{
  g_autoptr (OptTestDisk) disk = opt_test_disk_new ("size=256k");

  if (disk == NULL)
    return;
  {
    g_auto (OptRunnerCase) self;
    OptRunnerExit result;

    opt_runner_case_init (&self, disk);
    opt_runner_case_set_argv (&self, "/bin/sh", "-c", "cat /dev/zero > ballast; echo full; exit 3",
                              NULL);
    opt_runner_case_run (&self, &result);
    g_assert_cmpint (result.code, ==, 3);
    g_assert_cmpint (result.log_error, ==, ENOSPC);
    g_assert_cmpuint (result.log_cut, >, 0);
  }
}

int
main (int    argc,
      char **argv)
{
  opt_test_disk_prepare ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/runner/full/log", test_full_log);
  g_test_add_func ("/runner/full/claim", test_full_claim);
  g_test_add_func ("/runner/full/exit", test_full_exit);
  return g_test_run ();
}
