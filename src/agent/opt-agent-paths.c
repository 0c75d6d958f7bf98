/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-agent-paths.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of the running program, so that a build tree and a moved prefix work as they are. */
static char *
find_own_folder (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);

  return self != NULL ? g_path_get_dirname (self) : g_strdup (OPT_BINDIR);
}

/* Beside this program; then in its folder of a build tree (@build_folder); then where it is
 * installed. */
static char *
find_program (const char *own_folder,
              const char *build_folder,
              const char *name)
{
  g_autofree char  *in_build = g_build_filename (own_folder, "..", "..", "src", build_folder, NULL);
  g_autofree char  *in_bin = g_build_filename (own_folder, "..", "bin", NULL);
  const char *const folders[] = { own_folder, in_build, in_bin, OPT_LIBEXECDIR, OPT_BINDIR };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *joined = g_build_filename (folders[i], name, NULL);

      if (g_file_test (joined, G_FILE_TEST_IS_EXECUTABLE))
        return g_canonicalize_filename (joined, NULL);
    }
  return NULL;
}

/* A build tree has a link to the source's tasks at its top. */
static char *
find_samples (const char *own_folder)
{
  g_autofree char *relative =
    g_build_filename (own_folder, "..", "share", "optimus", "tasks", NULL);
  g_autofree char *marker = g_build_filename (own_folder, "..", "..", "optimus-samples", NULL);
  g_autofree char *source = g_file_read_link (marker, NULL);

  if (source != NULL)
    return g_steal_pointer (&source);
  if (g_file_test (relative, G_FILE_TEST_IS_DIR))
    return g_canonicalize_filename (relative, NULL);
  return g_build_filename (OPT_DATADIR, "optimus", "tasks", NULL);
}

/**
 * opt_agent_paths_new:
 *
 * Returns: (transfer full): the paths of the profile that the environment names
 */
OptAgentPaths *
opt_agent_paths_new (void)
{
  g_autofree char *own = find_own_folder ();
  OptAgentPaths   *self = g_new0 (OptAgentPaths, 1);

  self->config = g_build_filename (g_get_user_config_dir (), "optimus", "optimus.conf", NULL);
  self->state = g_build_filename (g_get_user_state_dir (), "optimus", NULL);
  self->database = g_build_filename (self->state, "optimus.db", NULL);
  self->jobs = g_build_filename (self->state, "jobs", NULL);
  self->lock = g_build_filename (self->state, "agent.lock", NULL);
  self->runner = find_program (own, "runner", "optimus-runner");
  self->ctl = find_program (own, "cli", "optimusctl");
  self->samples = find_samples (own);
  return self;
}

/**
 * opt_agent_paths_free:
 * @self: (transfer full): the paths
 */
void
opt_agent_paths_free (OptAgentPaths *self)
{
  g_free (self->config);
  g_free (self->state);
  g_free (self->database);
  g_free (self->jobs);
  g_free (self->lock);
  g_free (self->runner);
  g_free (self->ctl);
  g_free (self->samples);
  g_free (self);
}

/**
 * opt_agent_paths_prepare:
 * @self: the paths
 * @error: return location
 *
 * Makes the state folder, for nobody else to read. Blocks, so it is for the very start.
 *
 * Returns: FALSE when it can't be made
 */
gboolean
opt_agent_paths_prepare (OptAgentPaths *self,
                         GError       **error)
{
  if (g_mkdir_with_parents (self->state, 0700) == 0 &&
      g_mkdir_with_parents (self->jobs, 0700) == 0 && chmod (self->state, 0700) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               "can't make the state folder %s: %s", self->state, g_strerror (errno));
  return FALSE;
}

/**
 * opt_agent_paths_lock:
 * @self: the paths
 * @error: return location
 *
 * Takes the lock of this profile for as long as the process lives.
 *
 * Returns: the file descriptor that holds it, or -1: with %G_IO_ERROR_BUSY when another agent has
 * it
 */
int
opt_agent_paths_lock (OptAgentPaths *self,
                      GError       **error)
{
  /* Of the process and not of the descriptor: a runner that is just being started when the agent is
   * killed holds all its descriptors for a moment, and would keep the next agent out. */
  struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  int          fd = open (self->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd >= 0 && fcntl (fd, F_SETLK, &whole) == 0)
    return fd;
  if (fd >= 0 && (errno == EAGAIN || errno == EACCES))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "already running: another agent holds %s",
                 self->lock);
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "can't lock %s: %s", self->lock,
                 g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return -1;
}
