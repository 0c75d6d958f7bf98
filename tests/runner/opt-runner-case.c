/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "opt-runner-case.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

/* Nothing here takes as long; a test that hangs is to say where. */
#define GUARD_MS 60000

static void
await_event (int         fd,
             int         events,
             const char *what)
{
  struct pollfd poll_fd = { .fd = fd, .events = (short)events };
  int           n;

  do
    n = poll (&poll_fd, 1, GUARD_MS);
  while (n < 0 && errno == EINTR);
  if (n != 1)
    g_error ("waited in vain for %s", what);
}

void
opt_runner_case_init (OptRunnerCase *self,
                      const char    *parent)
{
  g_autofree char *lives = NULL;
  g_autoptr (GError) error = NULL;

  *self = (OptRunnerCase){ .spec = OPT_RUNNER_SPEC_INIT, .alive = -1 };
  if (parent == NULL)
    self->base = g_dir_make_tmp ("optimus-runner-XXXXXX", &error);
  else
    self->base = g_mkdtemp (g_build_filename (parent, "XXXXXX", NULL));
  g_assert_no_error (error);
  g_assert_nonnull (self->base);
  self->path = g_build_filename (self->base, "job", NULL);
  self->work = g_build_filename (self->base, "work", NULL);
  g_assert_cmpint (g_mkdir (self->path, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (self->work, 0700), ==, 0);
  lives = g_build_filename (self->work, "lives", NULL);
  g_assert_cmpint (mkfifo (lives, 0600), ==, 0);
  self->folder = open (self->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint (self->folder, >=, 0);
  self->lives = open (lives, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (self->lives, >=, 0);
  self->spec.work_dir = self->work;
  self->env = g_new0 (char *, 1);
  self->env = g_environ_setenv (self->env, "PATH", "/usr/bin:/bin", TRUE);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      g_remove (child);
    }
  g_rmdir (path);
}

void
opt_runner_case_clear (OptRunnerCase *self)
{
  remove_folder (self->path);
  remove_folder (self->work);
  remove_folder (self->base);
  close (self->folder);
  close (self->lives);
  if (self->alive >= 0)
    close (self->alive);
  g_strfreev (self->argv);
  g_strfreev (self->env);
  g_free (self->work);
  g_free (self->path);
  g_free (self->base);
}

void
opt_runner_case_set_argv (OptRunnerCase *self,
                          ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  const char *argument;
  va_list     arguments;

  va_start (arguments, self);
  while ((argument = va_arg (arguments, const char *)) != NULL)
    g_ptr_array_add (argv, g_strdup (argument));
  va_end (arguments);
  g_ptr_array_add (argv, NULL);
  g_strfreev (self->argv);
  self->argv = (char **)g_ptr_array_free (g_steal_pointer (&argv), FALSE);
  self->spec.argv = self->argv;
}

void
opt_runner_case_set_puppet (OptRunnerCase *self,
                            const char    *act,
                            const char    *argument)
{
  opt_runner_case_set_argv (self, g_getenv ("OPT_PUPPET"), act, argument, NULL);
}

void
opt_runner_case_prepare (OptRunnerCase *self)
{
  const char *problem = NULL;
  int         wrong = opt_runner_folder_prepare (self->folder, &self->spec, &problem);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_cmpint (wrong, ==, 0);
  self->alive = openat (self->folder, OPT_RUNNER_FILE_ALIVE, OPT_RUNNER_ALIVE_FLAGS);
  g_assert_cmpint (self->alive, >=, 0);
}

GPid
opt_runner_case_spawn (OptRunnerCase *self)
{
  char *argv[] = { (char *)g_getenv ("OPT_RUNNER"), self->path, NULL };
  pid_t pid;
  int   wrong = posix_spawn (&pid, argv[0], NULL, NULL, argv, self->env);

  g_assert_cmpint (wrong, ==, 0);
  return pid;
}

void
opt_runner_case_start (OptRunnerCase *self)
{
  opt_runner_case_prepare (self);
  self->runner = opt_runner_case_spawn (self);
}

int
opt_runner_case_reap (GPid pid)
{
  int   status = -1;
  pid_t reaped;

  do
    reaped = waitpid (pid, &status, 0);
  while (reaped < 0 && errno == EINTR);
  g_assert_cmpint (reaped, ==, pid);
  return status;
}

void
opt_runner_case_await_hup (OptRunnerCase *self)
{
  await_event (self->alive, 0, "the end of a runner");
}

char *
opt_runner_case_await_lives (OptRunnerCase *self,
                             gsize          count)
{
  g_autofree char *bytes = g_malloc0 (count + 1);
  gsize            used = 0;

  while (used < count)
    {
      ssize_t n;

      await_event (self->lives, POLLIN, "a puppet");
      n = read (self->lives, bytes + used, count - used);
      if (n == 0)
        g_error ("the puppets died when they had said: %s", bytes);
      used += n > 0 ? (gsize)n : 0;
    }
  return g_steal_pointer (&bytes);
}

char *
opt_runner_case_await_poke (OptRunnerCase *self)
{
  g_autofree char *events = NULL;

  while (events == NULL)
    {
      await_event (self->alive, POLLIN, "a poke");
      g_assert_cmpint (opt_runner_case_probe (self), ==, OPT_RUNNER_STATE_RUNNING);
      events = opt_runner_case_read_file (self, OPT_RUNNER_FILE_EVENTS, NULL);
    }
  return opt_runner_case_read_log (self, 0, NULL);
}

void
opt_runner_case_assert_dead (OptRunnerCase *self)
{
  char    bytes[256];
  ssize_t n;

  while ((n = read (self->lives, bytes, sizeof bytes)) != 0)
    if (n < 0)
      await_event (self->lives, POLLIN, "the death of puppets");
}

void
opt_runner_case_finish (OptRunnerCase *self,
                        OptRunnerExit *result)
{
  const char      *problem = NULL;
  g_autofree char *data = NULL;
  gsize            size;
  int              status;

  opt_runner_case_await_hup (self);
  status = opt_runner_case_reap (self->runner);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, OPT_RUNNER_STATUS_DONE);
  g_assert_cmpint (opt_runner_case_probe (self), ==, OPT_RUNNER_STATE_ENDED);
  data = opt_runner_case_read_file (self, OPT_RUNNER_FILE_EXIT, &size);
  g_assert_nonnull (data);
  if (!opt_runner_exit_parse (result, data, size, &problem))
    g_error ("%s: %s", problem, data);
}

void
opt_runner_case_run (OptRunnerCase *self,
                     OptRunnerExit *result)
{
  opt_runner_case_start (self);
  opt_runner_case_finish (self, result);
}

void
opt_runner_case_say (OptRunnerCase *self,
                     const char    *line)
{
  int fd = openat (self->folder, OPT_RUNNER_FILE_CONTROL, O_WRONLY | O_NONBLOCK | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, line, strlen (line)), ==, (ssize_t)strlen (line));
  close (fd);
}

OptRunnerState
opt_runner_case_probe (OptRunnerCase *self)
{
  OptRunnerState state;

  g_assert_cmpint (opt_runner_folder_probe (self->folder, self->alive, &state), ==, 0);
  return state;
}

char *
opt_runner_case_read_log (OptRunnerCase *self,
                          guint64        from,
                          gsize         *size)
{
  g_autoptr (GByteArray) log = g_byte_array_new ();
  guint8  buffer[4096];
  guint64 at;
  ssize_t n;

  while ((n = opt_runner_log_read (self->folder, from, buffer, sizeof buffer, &at)) > 0)
    {
      g_assert_cmpuint (at, ==, from);
      g_byte_array_append (log, buffer, (guint)n);
      from += (guint64)n;
    }
  g_assert_cmpint (n, ==, 0);
  if (size != NULL)
    *size = log->len;
  g_byte_array_append (log, (const guint8 *)"", 1);
  return (char *)g_byte_array_free (g_steal_pointer (&log), FALSE);
}

char *
opt_runner_case_read_file (OptRunnerCase *self,
                           const char    *name,
                           gsize         *size)
{
  g_autofree char *path = g_build_filename (self->path, name, NULL);
  char            *data = NULL;

  return g_file_get_contents (path, &data, size, NULL) ? data : NULL;
}
