/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

#include "opt-job-place-private.h"

/* Everything else of ours is CLOEXEC, and the runner closes what is not. Its standard error is
 * ours: a line there says why it could not begin. */
static int
spawn (const char  *path,
       char *const *argv,
       char *const *environment,
       GPid        *pid)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t          attributes;
  sigset_t                   none, all;
  int                        wrong;

  sigemptyset (&none);
  sigfillset (&all);
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_addopen (&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen (&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_init (&attributes);
  posix_spawnattr_setsigmask (&attributes, &none);
  posix_spawnattr_setsigdefault (&attributes, &all);
  posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  wrong = posix_spawn (pid, path, &actions, &attributes, argv, environment);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return wrong;
}

gboolean
opt_job_place_spawn (OptJobPlace       *self,
                     const char        *id,
                     const char *const *environment,
                     GPid              *pid,
                     GError           **error)
{
  g_autofree char *folder = g_build_filename (self->folder, id, NULL);
  g_auto (GStrv) own = g_environ_setenv (g_strdupv ((char **)environment), "OPTIMUS_JOB_ID", id,
                                         TRUE);
  char *argv[] = { self->runner, folder, NULL };
  int   wrong = spawn (self->runner, argv, own, pid);

  if (wrong == 0)
    return TRUE;
  opt_job_error_set_io (error, wrong, "start the runner", self->runner);
  return FALSE;
}
