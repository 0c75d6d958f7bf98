/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-job-place-private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "opt-atomic-file.h"
#include "opt-id.h"
#include "opt-job-files.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
/* What starts so was made beforehand. */
#define SPARE_PREFIX "spare."
/* Deeper than anything a runner makes. */
#define DEPTH_MAX 8

static void
opt_job_place_clear (gpointer data)
{
  OptJobPlace *self = data;

  g_free (self->folder);
  g_free (self->runner);
  g_free (self->robot);
}

OptJobPlace *
opt_job_place_new (const OptJobsSettings *settings)
{
  OptJobPlace *self = g_atomic_rc_box_new0 (OptJobPlace);

  self->folder = g_strdup (settings->folder);
  self->runner = g_strdup (settings->runner);
  self->robot = g_strdup (settings->robot != NULL ? settings->robot : "");
  self->fresh = settings->fresh;
  self->retention_age = settings->retention_age;
  self->retention_bytes = settings->retention_bytes;
  return self;
}

OptJobPlace *
opt_job_place_ref (OptJobPlace *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
opt_job_place_unref (OptJobPlace *self)
{
  g_atomic_rc_box_release_full (self, opt_job_place_clear);
}

static void
opt_job_pipes_clear (gpointer data)
{
  OptJobPipes *self = data;

  if (self->alive >= 0)
    close (self->alive);
  if (self->control >= 0)
    close (self->control);
}

OptJobPipes *
opt_job_pipes_ref (OptJobPipes *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
opt_job_pipes_unref (OptJobPipes *self)
{
  g_atomic_rc_box_release_full (self, opt_job_pipes_clear);
}

gboolean
opt_job_error_is_shortage (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/* The domain is GIO's, so that a shortage can be told from what will not pass by itself. */
void
opt_job_error_set_io (GError    **error,
                      int         errsv,
                      const char *what,
                      const char *path)
{
  g_autofree char *name = g_filename_display_name (path);
  const char      *advice = "";
  int              code = (int)g_io_error_from_errno (errsv);

  if (errsv == ENOSPC || errsv == EDQUOT)
    advice = "; free some space there";
  else if (errsv == EACCES || errsv == EPERM || errsv == EROFS)
    advice = "; check who owns it and whether it may be written";
  else if (errsv == EMFILE || errsv == ENFILE)
    advice = "; too much is running at a time";
  if (errsv == EDQUOT)
    code = G_IO_ERROR_NO_SPACE;
  else if (errsv == ENFILE)
    code = G_IO_ERROR_TOO_MANY_OPEN_FILES;
  else if (errsv == ENOMEM || errsv == EAGAIN)
    code = G_IO_ERROR_WOULD_BLOCK;
  g_set_error (error, G_IO_ERROR, code, "can't %s “%s”: %s%s", what, name, g_strerror (errsv),
               advice);
}

int
opt_job_place_open (OptJobPlace *self,
                    const char  *id,
                    GError     **error)
{
  g_autofree char *path = g_build_filename (self->folder, id, NULL);
  int              fd = open (path, FOLDER_FLAGS);

  if (fd < 0)
    opt_job_error_set_io (error, errno, "open the job's folder", path);
  return fd;
}

static OptJobPipes *
open_pipes (int      folder,
            gboolean hold)
{
  g_autoptr (OptJobPipes) pipes = g_atomic_rc_box_new0 (OptJobPipes);

  pipes->control = -1;
  pipes->alive = openat (folder, OPT_RUNNER_FILE_ALIVE, OPT_RUNNER_ALIVE_FLAGS);
  if (pipes->alive >= 0 && hold)
    pipes->control = openat (folder, OPT_RUNNER_FILE_CONTROL,
                             O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
  return pipes->alive >= 0 && (!hold || pipes->control >= 0) ? g_steal_pointer (&pipes) : NULL;
}

/* @hold is for who is about to start a runner; one that runs has `control` open itself. */
OptJobPipes *
opt_job_place_open_pipes (OptJobPlace *self,
                          const char  *id,
                          gboolean     hold,
                          GError     **error)
{
  g_autofree char *path = g_build_filename (self->folder, id, OPT_RUNNER_FILE_ALIVE, NULL);
  int              folder = opt_job_place_open (self, id, error);
  OptJobPipes     *pipes;

  if (folder < 0)
    return NULL;
  pipes = open_pipes (folder, hold);
  if (pipes == NULL)
    opt_job_error_set_io (error, errno, "open", path);
  close (folder);
  return pipes;
}

/* Whoever made it, nobody may have claimed it: of one that was, @folder is not given, since it is a
 * runner's now. */
static gboolean
enter (OptJobPlace *self,
       const char  *path,
       int         *folder,
       GError     **error)
{
  OptRunnerState state;

  *folder = -1;
  if (mkdir (path, 0700) != 0 && errno == ENOENT)
    {
      if (!opt_atomic_file_make_folder (self->folder, error))
        return FALSE;
      errno = mkdir (path, 0700) == 0 ? 0 : errno;
    }
  *folder = open (path, FOLDER_FLAGS);
  if (*folder < 0)
    {
      opt_job_error_set_io (error, errno, "make the job's folder", path);
      return FALSE;
    }
  if (opt_runner_folder_probe (*folder, -1, &state) == 0 && state == OPT_RUNNER_STATE_UNCLAIMED)
    return TRUE;
  opt_job_error_set_io (error, EEXIST, "use the job's folder", path);
  close (*folder);
  *folder = -1;
  return FALSE;
}

static void
set_runner_spec (OptRunnerSpec    *runner_spec,
                 const OptJobSpec *spec)
{
  *runner_spec = (OptRunnerSpec)OPT_RUNNER_SPEC_INIT;
  runner_spec->argv = spec->argv;
  runner_spec->work_dir = spec->work_dir;
  runner_spec->timeout_ms = spec->timeout > 0 ? (uint64_t)(spec->timeout + 999) / 1000 : 0;
}

static gboolean
fill (int               folder,
      const char       *path,
      const OptJobSpec *spec,
      GError          **error)
{
  OptRunnerSpec runner_spec;
  const char   *problem = NULL;
  int           wrong;

  set_runner_spec (&runner_spec, spec);
  wrong = opt_runner_folder_prepare (folder, &runner_spec, &problem);
  if (wrong == 0)
    return TRUE;
  if (problem != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "“%s” can't be run: %s",
                 spec->task, problem);
  else
    opt_job_error_set_io (error, wrong, "write the job's folder", path);
  return FALSE;
}

/* In place, since nobody reads it before all of it is on the disk. */
static gboolean
write_spec (int               folder,
            const OptJobSpec *spec)
{
  OptRunnerSpec runner_spec;
  size_t        size = 0;
  char         *data;
  gboolean      done;
  int           fd = openat (folder, OPT_RUNNER_FILE_SPEC, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

  if (fd < 0)
    return FALSE;
  set_runner_spec (&runner_spec, spec);
  data = opt_runner_spec_format (&runner_spec, &size, NULL);
  done = data != NULL && write (fd, data, size) == (gssize)size && fsync (fd) == 0;
  free (data);
  close (fd);
  return done;
}

/* The folder that was made beforehand gets its name and what to run: two fsyncs, and no new file.
 * Whatever goes wrong is told by the usual way, which is gone then. */
static OptJobPipes *
use_spare (OptJobPlace      *self,
           const char       *path,
           const OptJobSpec *spec,
           const char       *spare)
{
  g_autofree char *from = g_build_filename (self->folder, spare, NULL);
  g_autoptr (OptJobPipes) pipes = NULL;
  int folder;

  if (rename (from, path) != 0)
    return NULL;
  folder = open (path, FOLDER_FLAGS);
  if (folder < 0)
    return NULL;
  if (write_spec (folder, spec))
    pipes = open_pipes (folder, TRUE);
  close (folder);
  return pipes != NULL && opt_atomic_file_sync_folder (self->folder, NULL)
           ? g_steal_pointer (&pipes)
           : NULL;
}

/* @spare is the name of a folder that was made beforehand, or NULL; it is taken. */
OptJobPipes *
opt_job_place_prepare (OptJobPlace      *self,
                       const char       *id,
                       const OptJobSpec *spec,
                       char            **spare,
                       GError          **error)
{
  g_autofree char *path = g_build_filename (self->folder, id, NULL);
  g_autofree char *name = g_steal_pointer (spare);
  g_autoptr (OptJobPipes) pipes = name != NULL ? use_spare (self, path, spec, name) : NULL;
  gboolean ready;
  int      folder;

  if (pipes != NULL)
    return g_steal_pointer (&pipes);
  if (name != NULL)
    opt_job_place_remove (self, name, NULL);
  ready = enter (self, path, &folder, error) && fill (folder, path, spec, error);
  if (ready && (pipes = open_pipes (folder, TRUE)) == NULL)
    opt_job_error_set_io (error, errno, "open the job's folder", path);
  if (folder >= 0)
    close (folder);
  if (pipes != NULL && opt_atomic_file_sync_folder (self->folder, error))
    return g_steal_pointer (&pipes);
  if (folder >= 0)
    opt_job_place_remove (self, id, NULL);
  return NULL;
}

static gboolean
lay_out (int folder)
{
  int spec;

  if (mkfifoat (folder, OPT_RUNNER_FILE_ALIVE, 0600) != 0 ||
      mkfifoat (folder, OPT_RUNNER_FILE_CONTROL, 0600) != 0)
    return FALSE;
  spec = openat (folder, OPT_RUNNER_FILE_SPEC, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (spec < 0)
    return FALSE;
  close (spec);
  return fsync (folder) == 0;
}

/* A folder that lacks only a name and what to run. */
char *
opt_job_place_make_spare (OptJobPlace *self,
                          GError     **error)
{
  g_autofree char *random = opt_id_new_secret (12);
  g_autofree char *name = g_strconcat (SPARE_PREFIX, random, NULL);
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  gboolean         done;
  int              folder;

  if (!enter (self, path, &folder, error))
    return NULL;
  done = lay_out (folder);
  if (!done)
    opt_job_error_set_io (error, errno, "make the folder", path);
  close (folder);
  if (done)
    return g_steal_pointer (&name);
  opt_job_place_remove (self, name, NULL);
  return NULL;
}

/* Takes @folder. Links are removed, not followed. */
static gboolean
empty (int   folder,
       guint depth)
{
  DIR           *dir = fdopendir (folder);
  struct dirent *entry;
  gboolean       done = TRUE;

  if (dir == NULL)
    {
      close (folder);
      return FALSE;
    }
  while ((entry = readdir (dir)) != NULL)
    {
      int inner;

      if (g_str_equal (entry->d_name, ".") || g_str_equal (entry->d_name, "..") ||
          unlinkat (dirfd (dir), entry->d_name, 0) == 0 || errno == ENOENT)
        continue;
      inner = depth < DEPTH_MAX ? openat (dirfd (dir), entry->d_name, FOLDER_FLAGS) : -1;
      done = inner >= 0 && empty (inner, depth + 1) &&
             unlinkat (dirfd (dir), entry->d_name, AT_REMOVEDIR) == 0 && done;
    }
  closedir (dir);
  return done;
}

gboolean
opt_job_place_remove (OptJobPlace *self,
                      const char  *id,
                      GError     **error)
{
  g_autofree char *path = g_build_filename (self->folder, id, NULL);
  int              folder = open (path, FOLDER_FLAGS);

  if ((folder < 0 && errno == ENOENT) ||
      (folder >= 0 && empty (folder, 0) && rmdir (path) == 0))
    return TRUE;
  opt_job_error_set_io (error, errno, "remove the job's folder", path);
  return FALSE;
}

/* The ids of all jobs that have a folder; (element-type utf8). What an agent before us made
 * beforehand may be half made, and goes. */
GPtrArray *
opt_job_place_list (OptJobPlace *self,
                    GError     **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!opt_atomic_file_make_folder (self->folder, error))
    return NULL;
  dir = g_dir_open (self->folder, 0, error);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (opt_id_is_uuid (name))
      g_ptr_array_add (ids, g_strdup (name));
    else if (g_str_has_prefix (name, SPARE_PREFIX))
      opt_job_place_remove (self, name, NULL);
  return dir != NULL ? g_steal_pointer (&ids) : NULL;
}
